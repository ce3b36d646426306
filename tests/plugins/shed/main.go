// A provider for tests, built on HashiCorp's older SDK, as most published ones are: protocol 5, plans and answers that
// bend the rules of the protocol where the old type system does, time-outs, differences that are hidden or added,
// upgrades, partial failures. Tools are files of a folder, so that a case can change them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/go-cty/cty"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/customdiff"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{
		ProviderAddr: "registry.terraform.io/parterre/shed",
		ProviderFunc: func() *schema.Provider {
			return &schema.Provider{
				Schema: map[string]*schema.Schema{
					"folder": {Type: schema.TypeString, Optional: true, DefaultFunc: schema.EnvDefaultFunc("SHED_FOLDER", "tools")},
					"owner":  {Type: schema.TypeString, Optional: true, Default: "nobody", Description: "Whose the tools are."},
				},
				ResourcesMap:   map[string]*schema.Resource{"shed_tool": tool()},
				DataSourcesMap: map[string]*schema.Resource{"shed_tool": toolData()},
				ConfigureContextFunc: func(_ context.Context, data *schema.ResourceData) (any, diag.Diagnostics) {
					if data.Get("owner") == "thief" {
						return nil, diag.Diagnostics{{Severity: diag.Error, Summary: "Not for thieves",
							AttributePath: cty.GetAttrPath("owner")}}
					}
					return &shed{data.Get("folder").(string), data.Get("owner").(string)}, nil
				},
			}
		},
	})
}

type shed struct{ folder, owner string }

type stored struct {
	Name, Kind, Owner string
	Weight            float64
	Parts             []string
}

func (s *shed) file(id string) string { return filepath.Join(s.folder, id+".json") }

func (s *shed) write(id string, one stored) error {
	text, err := json.Marshal(one)
	if err == nil {
		err = os.MkdirAll(s.folder, 0o755)
	}
	if err == nil {
		err = os.WriteFile(s.file(id), append(text, '\n'), 0o644)
	}
	return err
}

func (s *shed) read(id string) (one stored, err error) {
	text, err := os.ReadFile(s.file(id))
	if err == nil {
		err = json.Unmarshal(text, &one)
	}
	return one, err
}

func tool() *schema.Resource {
	sameWord := func(_, before, after string, _ *schema.ResourceData) bool { return strings.EqualFold(before, after) }
	return &schema.Resource{
		Description:   "A tool.",
		SchemaVersion: 1,
		StateUpgraders: []schema.StateUpgrader{{
			Version: 0,
			Type:    cty.Object(map[string]cty.Type{"id": cty.String, "name": cty.String, "grams": cty.Number}),
			Upgrade: func(_ context.Context, raw map[string]any, _ any) (map[string]any, error) {
				grams, _ := raw["grams"].(json.Number)
				number, _ := grams.Float64()
				raw["weight"] = number / 1000
				delete(raw, "grams")
				return raw, nil
			},
		}},
		Schema: map[string]*schema.Schema{
			"name":   {Type: schema.TypeString, Required: true, ForceNew: true},
			"kind":   {Type: schema.TypeString, Optional: true, Default: "spade", DiffSuppressFunc: sameWord},
			"weight": {Type: schema.TypeFloat, Optional: true, Computed: true, ValidateFunc: validation.FloatAtLeast(0)},
			// Kept in another form than it is given: only the old type system bears that.
			"motto": {Type: schema.TypeString, Optional: true, StateFunc: func(value any) string { return strings.ToUpper(value.(string)) }},
			"pin":   {Type: schema.TypeString, Optional: true, Sensitive: true, ConflictsWith: []string{"lock"}},
			"lock": {Type: schema.TypeList, Optional: true, MaxItems: 1, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
				"digits": {Type: schema.TypeInt, Required: true},
				"brand":  {Type: schema.TypeString, Optional: true, Default: "plain"},
			}}},
			"part": {Type: schema.TypeSet, Optional: true, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
				"name":  {Type: schema.TypeString, Required: true},
				"spare": {Type: schema.TypeBool, Optional: true},
			}}},
			"labels":   {Type: schema.TypeMap, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}},
			"sizes":    {Type: schema.TypeSet, Optional: true, Elem: &schema.Schema{Type: schema.TypeInt}},
			"touched":  {Type: schema.TypeInt, Computed: true},
			"owner":    {Type: schema.TypeString, Computed: true},
			"old_name": {Type: schema.TypeString, Optional: true, Deprecated: "Use name."},
		},
		Timeouts: &schema.ResourceTimeout{Create: schema.DefaultTimeout(time.Minute), Default: schema.DefaultTimeout(2 * time.Minute)},
		Importer: &schema.ResourceImporter{StateContext: func(_ context.Context, data *schema.ResourceData, _ any) ([]*schema.ResourceData, error) {
			if !strings.HasPrefix(data.Id(), "tool-") {
				return nil, errors.New("an id begins with tool-")
			}
			return []*schema.ResourceData{data}, nil
		}},
		CustomizeDiff: customdiff.All(
			customdiff.ComputedIf("touched", func(_ context.Context, diff *schema.ResourceDiff, _ any) bool {
				return diff.Id() != "" && (diff.HasChange("weight") || diff.HasChange("part"))
			}),
			customdiff.ForceNewIfChange("weight", func(_ context.Context, before, after, _ any) bool {
				return after.(float64) > before.(float64)+100
			}),
		),
		CreateContext: create, ReadContext: read, UpdateContext: update, DeleteContext: remove,
	}
}

func parts(data *schema.ResourceData) (names []string) {
	for _, part := range data.Get("part").(*schema.Set).List() {
		names = append(names, part.(map[string]any)["name"].(string))
	}
	return names
}

func create(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	shed, name := meta.(*shed), data.Get("name").(string)
	switch name {
	case "broken":
		return diag.Errorf("the tool is broken: %s", data.Timeout(schema.TimeoutCreate))
	case "panic":
		panic("told to panic")
	case "last":
		// Nothing more is said: as of a plugin that is killed.
		os.Exit(3)
	}
	if _, given := data.GetOk("weight"); !given {
		data.Set("weight", 1.5)
	}
	data.SetId("tool-" + name)
	data.Set("touched", 1)
	data.Set("owner", shed.owner)
	err := shed.write(data.Id(), stored{name, data.Get("kind").(string), shed.owner, data.Get("weight").(float64), parts(data)})
	if err != nil {
		return diag.FromErr(err)
	}
	if name == "loose" {
		return diag.Diagnostics{{Severity: diag.Error, Summary: "The handle is loose", Detail: "The tool was made all the same."}}
	}
	if name == "rusty" {
		return diag.Diagnostics{{Severity: diag.Warning, Summary: "There is rust on it", AttributePath: cty.GetAttrPath("name")}}
	}
	return nil
}

func read(_ context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	one, err := meta.(*shed).read(data.Id())
	if errors.Is(err, os.ErrNotExist) {
		data.SetId("")
		return nil
	}
	if err != nil {
		return diag.FromErr(err)
	}
	data.Set("name", one.Name)
	data.Set("kind", one.Kind)
	data.Set("weight", one.Weight)
	data.Set("owner", one.Owner)
	return nil
}

func update(_ context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	shed := meta.(*shed)
	if data.HasChange("kind") && data.Get("kind") == "scythe" {
		// What was asked for is not kept.
		data.Partial(true)
		return diag.Errorf("%s is no scythe", data.Get("name"))
	}
	data.Set("touched", data.Get("touched").(int)+1)
	return diag.FromErr(shed.write(data.Id(),
		stored{data.Get("name").(string), data.Get("kind").(string), shed.owner, data.Get("weight").(float64), parts(data)}))
}

func remove(_ context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	return diag.FromErr(os.Remove(meta.(*shed).file(data.Id())))
}

func toolData() *schema.Resource {
	return &schema.Resource{
		Schema: map[string]*schema.Schema{
			"name":   {Type: schema.TypeString, Required: true},
			"weight": {Type: schema.TypeFloat, Computed: true},
			"parts":  {Type: schema.TypeList, Computed: true, Elem: &schema.Schema{Type: schema.TypeString}},
		},
		ReadContext: func(_ context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
			one, err := meta.(*shed).read("tool-" + data.Get("name").(string))
			if err != nil {
				return diag.FromErr(fmt.Errorf("no such tool: %w", err))
			}
			data.SetId("tool-" + one.Name)
			data.Set("weight", one.Weight)
			data.Set("parts", one.Parts)
			return nil
		},
	}
}
