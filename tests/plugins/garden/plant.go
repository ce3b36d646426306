package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type plantResource struct{ store *store }

type noteModel struct {
	Text   types.String `tfsdk:"text"`
	Author types.String `tfsdk:"author"`
}

type plantModel struct {
	ID       types.String  `tfsdk:"id"`
	Name     types.String  `tfsdk:"name"`
	Height   types.Int64   `tfsdk:"height"`
	Tags     types.Map     `tfsdk:"tags"`
	Secret   types.String  `tfsdk:"secret"`
	Edition  types.Int64   `tfsdk:"secret_edition"`
	Notes    []noteModel   `tfsdk:"notes"`
	Anything types.Dynamic `tfsdk:"anything"`
	Revision types.Int64   `tfsdk:"revision"`
	Label    []noteModel   `tfsdk:"label"`
}

func (*plantResource) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "garden_plant"
}

func (*plantResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	note := map[string]schema.Attribute{
		"text":   schema.StringAttribute{Required: true},
		"author": schema.StringAttribute{Optional: true, Sensitive: true},
	}
	response.Schema = schema.Schema{
		Version:             2,
		MarkdownDescription: "A *plant*.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, Description: "The plant's label.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
			"name": schema.StringAttribute{Required: true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
			"height":         schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(10)},
			"tags":           schema.MapAttribute{Optional: true, ElementType: types.StringType},
			"secret":         schema.StringAttribute{Optional: true, WriteOnly: true},
			"secret_edition": schema.Int64Attribute{Optional: true},
			"notes":          schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: note}},
			"anything":       schema.DynamicAttribute{Optional: true},
			"revision":       schema.Int64Attribute{Computed: true, MarkdownDescription: "Counts *changes*."},
		},
		Blocks: map[string]schema.Block{
			"label": schema.SetNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: note}},
		},
	}
}

func (*plantResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, response *resource.IdentitySchemaResponse) {
	response.IdentitySchema = identityschema.Schema{
		Version: 1,
		Attributes: map[string]identityschema.Attribute{
			"name": identityschema.StringAttribute{RequiredForImport: true, Description: "What it is called."},
			"bed":  identityschema.StringAttribute{OptionalForImport: true},
		},
	}
}

func (p *plantResource) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	p.store, _ = request.ProviderData.(*store)
}

func (*plantResource) ValidateConfig(ctx context.Context, request resource.ValidateConfigRequest, response *resource.ValidateConfigResponse) {
	var height types.Int64
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("height"), &height)...)
	if height.ValueInt64() < 0 {
		response.Diagnostics.AddAttributeError(path.Root("height"), "No plant grows downwards",
			fmt.Sprintf("The height is %d.", height.ValueInt64()))
	}
	if height.ValueInt64() > 1000 {
		response.Diagnostics.AddAttributeWarning(path.Root("height"), "A high plant", "It may fall.")
	}
}

func (*plantResource) ModifyPlan(ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse) {
	if request.Plan.Raw.IsNull() {
		response.Diagnostics.AddWarning("A plant will die", "It does not come back.")
		var name types.String
		response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("name"), &name)...)
		if name.ValueString() == "yew" {
			response.Diagnostics.AddAttributeError(path.Root("name"), "A yew is protected", "It may not be planned to be felled.")
		}
		response.Diagnostics.Append(response.Private.SetKey(ctx, "planned", []byte(`"to die"`))...)
		return
	}
	// Only what grows is cut: a plant that is to be lower is another one.
	var before, after types.Int64
	if !request.State.Raw.IsNull() {
		response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("height"), &before)...)
		response.Diagnostics.Append(request.Plan.GetAttribute(ctx, path.Root("height"), &after)...)
		if !after.IsUnknown() && after.ValueInt64() < before.ValueInt64() {
			response.RequiresReplace = append(response.RequiresReplace, path.Root("height"))
		}
	}
}

func (p *plantResource) save(ctx context.Context, model *plantModel, config tfsdk.Config, meta tfsdk.Config) error {
	plant := &stored{Name: model.Name.ValueString(), Height: model.Height.ValueInt64(), Revision: model.Revision.ValueInt64()}
	for name, value := range model.Tags.Elements() {
		if plant.Tags == nil {
			plant.Tags = map[string]string{}
		}
		plant.Tags[name] = strings.Trim(value.String(), `"`)
	}
	var secret types.String
	config.GetAttribute(ctx, path.Root("secret"), &secret)
	plant.Secret = secret.ValueString()
	if !meta.Raw.IsNull() {
		var module types.String
		meta.GetAttribute(ctx, path.Root("module"), &module)
		plant.Module = module.ValueString()
	}
	return p.store.write(plant)
}

type identityModel struct {
	Name types.String `tfsdk:"name"`
	Bed  types.String `tfsdk:"bed"`
}

func (p *plantResource) identity(name types.String) *identityModel {
	return &identityModel{Name: name, Bed: types.StringValue(p.store.folder)}
}

func (p *plantResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var model plantModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	name := model.Name.ValueString()
	p.store.note("create %s", name)
	if name == "weed" {
		response.Diagnostics.AddAttributeError(path.Root("name"), "Weeds are not planted", "They come by themselves.")
		return
	}
	model.ID, model.Revision = types.StringValue("plant-"+name), types.Int64Value(1)
	if err := p.save(ctx, &model, request.Config, request.ProviderMeta); err != nil {
		response.Diagnostics.AddError("No plant", err.Error())
		return
	}
	response.Diagnostics.Append(response.Private.SetKey(ctx, "changes", []byte(`{"count":1}`))...)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
	response.Diagnostics.Append(response.Identity.Set(ctx, p.identity(model.Name))...)
	// There, but not well: it is tainted.
	if name == "fading" {
		response.Diagnostics.AddError("The plant fades", "It was planted in the shade.")
	}
}

func (p *plantResource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var model plantModel
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	name := strings.TrimPrefix(model.ID.ValueString(), "plant-")
	plant, err := p.store.read(name)
	if err != nil {
		response.Diagnostics.AddError("Unreadable plant", err.Error())
		return
	}
	if plant == nil {
		// Older hosts keep no identity, and the framework wants one all the same.
		response.Diagnostics.Append(response.Identity.Set(ctx, p.identity(model.Name))...)
		response.State.RemoveResource(ctx)
		return
	}
	model.Name, model.Height, model.Revision = types.StringValue(plant.Name), types.Int64Value(plant.Height), types.Int64Value(plant.Revision)
	if len(plant.Tags) > 0 {
		model.Tags, _ = types.MapValueFrom(ctx, types.StringType, plant.Tags)
	} else {
		model.Tags = types.MapNull(types.StringType)
	}
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
	response.Diagnostics.Append(response.Identity.Set(ctx, p.identity(model.Name))...)
}

func (p *plantResource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var model plantModel
	var revision types.Int64
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("revision"), &revision)...)
	if response.Diagnostics.HasError() {
		return
	}
	changes, _ := request.Private.GetKey(ctx, "changes")
	p.store.note("update %s, known: %s", model.Name.ValueString(), changes)
	model.Revision = types.Int64Value(revision.ValueInt64() + 1)
	if err := p.save(ctx, &model, request.Config, request.ProviderMeta); err != nil {
		response.Diagnostics.AddError("No change", err.Error())
		return
	}
	response.Diagnostics.Append(response.Private.SetKey(ctx, "changes",
		[]byte(fmt.Sprintf(`{"count":%d}`, model.Revision.ValueInt64())))...)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
	response.Diagnostics.Append(response.Identity.Set(ctx, p.identity(model.Name))...)
}

func (p *plantResource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var name types.String
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("name"), &name)...)
	planned, _ := request.Private.GetKey(ctx, "planned")
	p.store.note("delete %s, planned: %s", name.ValueString(), planned)
	if name.ValueString() == "oak" {
		response.Diagnostics.AddError("An oak is not felled", "It stays.")
		return
	}
	if err := p.store.remove(name.ValueString()); err != nil {
		response.Diagnostics.AddError("No removal", err.Error())
	}
}

func (p *plantResource) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	name := types.StringValue(strings.TrimPrefix(request.ID, "plant-"))
	if request.ID == "" {
		var identity identityModel
		response.Diagnostics.Append(request.Identity.Get(ctx, &identity)...)
		name = identity.Name
	} else if !strings.HasPrefix(request.ID, "plant-") {
		response.Diagnostics.AddError("No id of a plant", fmt.Sprintf("%q does not begin with plant-.", request.ID))
		return
	}
	p.store.note("import %s", name.ValueString())
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("id"), "plant-"+name.ValueString())...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("name"), name)...)
}
