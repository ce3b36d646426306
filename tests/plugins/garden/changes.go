package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Older schemas of a plant: 0 had "size" as text, in the flat form of ancient states too; 1 had no revision.
func (p *plantResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	old := schema.Schema{Attributes: map[string]schema.Attribute{
		"id":   schema.StringAttribute{Computed: true},
		"name": schema.StringAttribute{Required: true},
		"size": schema.StringAttribute{Optional: true},
	}}
	upgrade := func(ctx context.Context, name string, height int64, response *resource.UpgradeStateResponse) {
		model := plantModel{ID: types.StringValue("plant-" + name), Name: types.StringValue(name), Height: types.Int64Value(height),
			Tags: types.MapNull(types.StringType), Revision: types.Int64Value(1)}
		response.Diagnostics.Append(response.State.Set(ctx, &model)...)
	}
	return map[int64]resource.StateUpgrader{
		0: {StateUpgrader: func(ctx context.Context, request resource.UpgradeStateRequest, response *resource.UpgradeStateResponse) {
			before := map[string]string{}
			if len(request.RawState.JSON) > 0 {
				if err := json.Unmarshal(request.RawState.JSON, &before); err != nil {
					response.Diagnostics.AddError("Unreadable state", err.Error())
					return
				}
			} else {
				before = request.RawState.Flatmap
			}
			var height int64
			fmt.Sscan(before["size"], &height)
			upgrade(ctx, before["name"], height, response)
		}},
		1: {PriorSchema: &old, StateUpgrader: func(ctx context.Context, request resource.UpgradeStateRequest, response *resource.UpgradeStateResponse) {
			var before struct {
				ID   types.String `tfsdk:"id"`
				Name types.String `tfsdk:"name"`
				Size types.String `tfsdk:"size"`
			}
			response.Diagnostics.Append(request.State.Get(ctx, &before)...)
			if before.Name.ValueString() == "stone" {
				response.Diagnostics.AddError("A stone is no plant", "It cannot become one.")
				return
			}
			var height int64
			fmt.Sscan(before.Size.ValueString(), &height)
			upgrade(ctx, before.Name.ValueString(), height, response)
		}},
	}
}

// Identities once had "title" for a name.
func (p *plantResource) UpgradeIdentity(context.Context) map[int64]resource.IdentityUpgrader {
	return map[int64]resource.IdentityUpgrader{
		0: {IdentityUpgrader: func(ctx context.Context, request resource.UpgradeIdentityRequest, response *resource.UpgradeIdentityResponse) {
			var before struct {
				Title string `json:"title"`
			}
			if err := json.Unmarshal(request.RawIdentity.JSON, &before); err != nil {
				response.Diagnostics.AddError("Unreadable identity", err.Error())
				return
			}
			response.Diagnostics.Append(response.Identity.Set(ctx,
				&identityModel{Name: types.StringValue(before.Title), Bed: types.StringValue(p.store.folder)})...)
		}},
	}
}

// A seedling becomes a plant, and so does terraform_data that says so.
func (p *plantResource) MoveState(ctx context.Context) []resource.StateMover {
	var answer resource.SchemaResponse
	(&seedlingResource{}).Schema(ctx, resource.SchemaRequest{}, &answer)
	seedling := answer.Schema
	become := func(ctx context.Context, name string, response *resource.MoveStateResponse) {
		model := plantModel{ID: types.StringValue("plant-" + name), Name: types.StringValue(name), Height: types.Int64Value(1),
			Tags: types.MapNull(types.StringType), Revision: types.Int64Value(0)}
		response.Diagnostics.Append(response.TargetState.Set(ctx, &model)...)
		response.Diagnostics.Append(response.TargetIdentity.Set(ctx, &identityModel{Name: model.Name, Bed: types.StringValue("plants")})...)
	}
	return []resource.StateMover{
		{SourceSchema: &seedling, StateMover: func(ctx context.Context, request resource.MoveStateRequest, response *resource.MoveStateResponse) {
			if request.SourceTypeName != "garden_seedling" || request.SourceState == nil {
				return
			}
			var name types.String
			response.Diagnostics.Append(request.SourceState.GetAttribute(ctx, path.Root("name"), &name)...)
			become(ctx, name.ValueString(), response)
		}},
		{StateMover: func(ctx context.Context, request resource.MoveStateRequest, response *resource.MoveStateResponse) {
			if request.SourceTypeName != "terraform_data" {
				return
			}
			raw, err := request.SourceRawState.UnmarshalWithOpts(tftypes.Object{AttributeTypes: map[string]tftypes.Type{
				"id": tftypes.String, "input": tftypes.DynamicPseudoType, "output": tftypes.DynamicPseudoType, "triggers_replace": tftypes.DynamicPseudoType,
			}}, unmarshalOptions)
			if err != nil {
				response.Diagnostics.AddError("Unreadable source", err.Error())
				return
			}
			var parts map[string]tftypes.Value
			var name string
			if raw.As(&parts) != nil || parts["input"].As(&name) != nil {
				response.Diagnostics.AddError("No name for a plant", "The input of terraform_data is no text.")
				return
			}
			become(ctx, name, response)
		}},
	}
}

type seedlingResource struct{ store *store }

type seedlingModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
	Pots types.Int64  `tfsdk:"pots"`
}

func (*seedlingResource) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "garden_seedling"
}

func (*seedlingResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{DeprecationMessage: "Plant a garden_plant instead.", Attributes: map[string]schema.Attribute{
		"id":   schema.StringAttribute{Computed: true},
		"name": schema.StringAttribute{Required: true},
		"pots": schema.Int64Attribute{Optional: true, DeprecationMessage: "Pots are out of fashion."},
	}}
}

func (s *seedlingResource) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	s.store, _ = request.ProviderData.(*store)
}

func (s *seedlingResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var model seedlingModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	model.ID = types.StringValue("seedling-" + model.Name.ValueString())
	if err := s.store.write(&stored{Name: model.Name.ValueString(), Height: 1}); err != nil {
		response.Diagnostics.AddError("No seedling", err.Error())
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (s *seedlingResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (s *seedlingResource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var model seedlingModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	model.ID = types.StringValue("seedling-" + model.Name.ValueString())
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (s *seedlingResource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var name types.String
	response.Diagnostics.Append(request.State.GetAttribute(ctx, path.Root("name"), &name)...)
	_ = s.store.remove(name.ValueString())
}
