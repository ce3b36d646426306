package main

import (
	"context"
	"math/big"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var unmarshalOptions = tfprotov6.UnmarshalOpts{
	ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true},
}

// A key to the garden, for the time of a run.
type keyEphemeral struct{ store *store }

type keyModel struct {
	Gate  types.String `tfsdk:"gate"`
	Renew types.Bool   `tfsdk:"renew"`
	Key   types.String `tfsdk:"key"`
}

func (*keyEphemeral) Metadata(_ context.Context, _ ephemeral.MetadataRequest, response *ephemeral.MetadataResponse) {
	response.TypeName = "garden_key"
}

func (*keyEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, response *ephemeral.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"gate":  schema.StringAttribute{Required: true},
		"renew": schema.BoolAttribute{Optional: true},
		"key":   schema.StringAttribute{Computed: true, Sensitive: true},
	}}
}

func (k *keyEphemeral) Configure(_ context.Context, request ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	k.store, _ = request.ProviderData.(*store)
}

func (*keyEphemeral) ValidateConfig(ctx context.Context, request ephemeral.ValidateConfigRequest, response *ephemeral.ValidateConfigResponse) {
	var gate types.String
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("gate"), &gate)...)
	if gate.ValueString() == "wall" {
		response.Diagnostics.AddAttributeError(path.Root("gate"), "A wall is no gate", "Walls have no keys.")
	}
}

func (k *keyEphemeral) Open(ctx context.Context, request ephemeral.OpenRequest, response *ephemeral.OpenResponse) {
	var model keyModel
	response.Diagnostics.Append(request.Config.Get(ctx, &model)...)
	gate := model.Gate.ValueString()
	k.store.note("open %s", gate)
	if gate == "rusty" {
		response.Diagnostics.AddError("The gate does not open", "It is rusty.")
		return
	}
	model.Key = types.StringValue("key of the " + gate + " gate")
	if model.Renew.ValueBool() {
		response.RenewAt = time.Now().Add(50 * time.Millisecond)
	}
	response.Diagnostics.Append(response.Private.SetKey(ctx, "gate", []byte(`"`+gate+`"`))...)
	response.Diagnostics.Append(response.Result.Set(ctx, &model)...)
}

func (k *keyEphemeral) Renew(ctx context.Context, request ephemeral.RenewRequest, response *ephemeral.RenewResponse) {
	gate, _ := request.Private.GetKey(ctx, "gate")
	k.store.note("renew %s", gate)
	response.RenewAt = time.Now().Add(time.Hour)
}

func (k *keyEphemeral) Close(ctx context.Context, request ephemeral.CloseRequest, response *ephemeral.CloseResponse) {
	gate, _ := request.Private.GetKey(ctx, "gate")
	k.store.note("close %s", gate)
}

type call struct {
	name       string
	definition function.Definition
	run        func(context.Context, function.RunRequest, *function.RunResponse)
}

func (c call) Metadata(_ context.Context, _ function.MetadataRequest, response *function.MetadataResponse) {
	response.Name = c.name
}
func (c call) Definition(_ context.Context, _ function.DefinitionRequest, response *function.DefinitionResponse) {
	response.Definition = c.definition
}
func (c call) Run(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
	c.run(ctx, request, response)
}

func functions() []func() function.Function {
	size := map[string]attr.Type{"width": types.NumberType, "height": types.NumberType}
	all := []call{
		{"greet", function.Definition{
			Summary:             "Greets",
			MarkdownDescription: "Greets *all* plants.",
			Parameters:          []function.Parameter{function.StringParameter{Name: "greeting", Description: "What is said."}},
			VariadicParameter:   function.StringParameter{Name: "names", AllowNullValue: true},
			Return:              function.StringReturn{},
		}, func(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
			var greeting string
			var names []*string
			response.Error = function.ConcatFuncErrors(response.Error, request.Arguments.Get(ctx, &greeting, &names))
			words := []string{greeting}
			for index, name := range names {
				if name == nil {
					words = append(words, "nobody")
				} else if *name == "weed" {
					response.Error = function.NewArgumentFuncError(int64(index+1), "weeds are not greeted")
					return
				} else {
					words = append(words, *name)
				}
			}
			response.Error = function.ConcatFuncErrors(response.Error, response.Result.Set(ctx, strings.Join(words, " ")))
		}},
		{"area", function.Definition{
			Parameters: []function.Parameter{function.ObjectParameter{Name: "bed", AttributeTypes: size}},
			Return:     function.NumberReturn{},
		}, func(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
			var bed struct {
				Width  *big.Float `tfsdk:"width"`
				Height *big.Float `tfsdk:"height"`
			}
			response.Error = function.ConcatFuncErrors(response.Error, request.Arguments.Get(ctx, &bed))
			if response.Error == nil {
				response.Error = response.Result.Set(ctx, new(big.Float).Mul(bed.Width, bed.Height))
			}
		}},
		{"same", function.Definition{
			DeprecationMessage: "Say it yourself.",
			Parameters:         []function.Parameter{function.DynamicParameter{Name: "value", AllowNullValue: true, AllowUnknownValues: true}},
			Return:             function.DynamicReturn{},
		}, func(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
			var value types.Dynamic
			response.Error = function.ConcatFuncErrors(response.Error, request.Arguments.Get(ctx, &value))
			response.Error = function.ConcatFuncErrors(response.Error, response.Result.Set(ctx, value))
		}},
		{"fail", function.Definition{
			Return: function.BoolReturn{},
		}, func(_ context.Context, _ function.RunRequest, response *function.RunResponse) {
			response.Error = function.NewFuncError("told to fail:\nin two lines")
		}},
	}
	made := []func() function.Function{}
	for _, one := range all {
		made = append(made, func() function.Function { return one })
	}
	return made
}
