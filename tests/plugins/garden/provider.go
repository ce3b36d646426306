package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/metaschema"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The folder where plants are, and the list of what was asked of the provider.
type store struct {
	folder string
	mutex  sync.Mutex
}

type stored struct {
	Name     string            `json:"name"`
	Height   int64             `json:"height"`
	Tags     map[string]string `json:"tags,omitempty"`
	Revision int64             `json:"revision"`
	Secret   string            `json:"secret,omitempty"`
	Module   string            `json:"module,omitempty"`
}

func (s *store) file(name string) string { return filepath.Join(s.folder, name+".json") }

func (s *store) read(name string) (*stored, error) {
	text, err := os.ReadFile(s.file(name))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var plant stored
	return &plant, json.Unmarshal(text, &plant)
}

func (s *store) write(plant *stored) error {
	text, err := json.Marshal(plant)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(s.file(plant.Name), append(text, '\n'), 0o644)
}

func (s *store) remove(name string) error { return os.Remove(s.file(name)) }

func (s *store) names() []string {
	found, _ := filepath.Glob(filepath.Join(s.folder, "*.json"))
	names := []string{}
	for _, file := range found {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	sort.Strings(names)
	return names
}

func (s *store) note(format string, arguments ...any) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if os.MkdirAll(s.folder, 0o755) != nil {
		return
	}
	file, err := os.OpenFile(filepath.Join(s.folder, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		fmt.Fprintf(file, format+"\n", arguments...)
		file.Close()
	}
}

type garden struct{}

func newProvider() provider.Provider { return &garden{} }

func (*garden) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "garden"
	response.Version = "1.0.0"
}

func (*garden) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "A **garden** in a folder.",
		Attributes: map[string]schema.Attribute{
			"folder": schema.StringAttribute{Optional: true, Description: "Where the plants are; else `plants`."},
			"token":  schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: "Opens the *gate*."},
			"locked": schema.BoolAttribute{Optional: true},
		},
	}
}

func (*garden) MetaSchema(_ context.Context, _ provider.MetaSchemaRequest, response *provider.MetaSchemaResponse) {
	response.Schema = metaschema.Schema{
		Attributes: map[string]metaschema.Attribute{"module": metaschema.StringAttribute{Optional: true}},
	}
}

func (*garden) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	var config struct {
		Folder types.String `tfsdk:"folder"`
		Token  types.String `tfsdk:"token"`
		Locked types.Bool   `tfsdk:"locked"`
	}
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	if response.Diagnostics.HasError() {
		return
	}
	if config.Locked.ValueBool() && config.Token.IsNull() {
		response.Diagnostics.AddAttributeError(path.Root("locked"), "The garden is locked", "A token opens it.")
		return
	}
	folder := "plants"
	if !config.Folder.IsNull() && !config.Folder.IsUnknown() {
		folder = config.Folder.ValueString()
	}
	// What goes to the plain outputs is seen in the host's log.
	fmt.Println("the gardener is in the garden of", folder)
	fmt.Fprintln(os.Stderr, "and has a stick")
	shared := &store{folder: folder}
	response.ResourceData, response.DataSourceData, response.EphemeralResourceData = shared, shared, shared
	response.ListResourceData = shared
}

func (*garden) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &plantResource{} },
		func() resource.Resource { return &seedlingResource{} },
	}
}

func (*garden) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &plantsData{} }}
}

func (*garden) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &keyEphemeral{} }}
}

func (*garden) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &plantList{} }}
}

func (*garden) Functions(context.Context) []func() function.Function { return functions() }

type plantsData struct{ store *store }

func (*plantsData) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = "garden_plants"
}

func (*plantsData) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = dataschema.Schema{
		Description: "All plants of the garden.",
		Attributes: map[string]dataschema.Attribute{
			"prefix": dataschema.StringAttribute{Optional: true},
			"names":  dataschema.ListAttribute{Computed: true, ElementType: types.StringType},
			"heights": dataschema.MapNestedAttribute{Computed: true, NestedObject: dataschema.NestedAttributeObject{
				Attributes: map[string]dataschema.Attribute{
					"height": dataschema.Int64Attribute{Computed: true},
					"secret": dataschema.StringAttribute{Computed: true, Sensitive: true},
				},
			}},
		},
	}
}

func (d *plantsData) Configure(_ context.Context, request datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.store, _ = request.ProviderData.(*store)
}

func (d *plantsData) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	type height struct {
		Height int64  `tfsdk:"height"`
		Secret string `tfsdk:"secret"`
	}
	var data struct {
		Prefix  types.String      `tfsdk:"prefix"`
		Names   []string          `tfsdk:"names"`
		Heights map[string]height `tfsdk:"heights"`
	}
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("prefix"), &data.Prefix)...)
	data.Names, data.Heights = []string{}, map[string]height{}
	for _, name := range d.store.names() {
		if plant, err := d.store.read(name); err == nil && strings.HasPrefix(name, data.Prefix.ValueString()) {
			data.Names = append(data.Names, name)
			data.Heights[name] = height{plant.Height, plant.Secret}
		}
	}
	response.Diagnostics.Append(response.State.Set(ctx, &data)...)
}
