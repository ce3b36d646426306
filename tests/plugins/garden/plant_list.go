package main

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// All plants of the garden, or those whose names begin alike.
type plantList struct{ store *store }

func (*plantList) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "garden_plant"
}

func (*plantList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, response *list.ListResourceSchemaResponse) {
	response.Schema = listschema.Schema{Attributes: map[string]listschema.Attribute{
		"prefix": listschema.StringAttribute{Optional: true, Description: "What their names begin with."},
	}}
}

func (l *plantList) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	l.store, _ = request.ProviderData.(*store)
}

func (*plantList) ValidateListResourceConfig(ctx context.Context, request list.ValidateConfigRequest, response *list.ValidateConfigResponse) {
	var prefix types.String
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("prefix"), &prefix)...)
	if prefix.ValueString() == "weed" {
		response.Diagnostics.AddAttributeError(path.Root("prefix"), "Weeds are not counted", "There are too many.")
	}
}

func (l *plantList) List(ctx context.Context, request list.ListRequest, stream *list.ListResultsStream) {
	var prefix types.String
	request.Config.GetAttribute(ctx, path.Root("prefix"), &prefix)
	stream.Results = func(push func(list.ListResult) bool) {
		for _, name := range l.store.names() {
			if strings.HasPrefix(name, prefix.ValueString()) && !push(l.result(ctx, request, name)) {
				return
			}
		}
	}
}

func (l *plantList) result(ctx context.Context, request list.ListRequest, name string) list.ListResult {
	result := request.NewListResult(ctx)
	plant, err := l.store.read(name)
	if err != nil || plant == nil {
		result.Diagnostics.AddError("Unreadable plant", "The file of "+name+" is damaged.")
		return result
	}
	result.DisplayName = "The " + name
	result.Diagnostics.Append(result.Identity.Set(ctx, &identityModel{
		Name: types.StringValue(name), Bed: types.StringValue(l.store.folder)})...)
	if request.IncludeResource {
		model := plantModel{ID: types.StringValue("plant-" + name), Name: types.StringValue(name),
			Height: types.Int64Value(plant.Height), Revision: types.Int64Value(plant.Revision),
			Tags: types.MapNull(types.StringType)}
		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}
	return result
}
