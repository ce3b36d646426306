// The methods of ProviderService for lists.
#include "provider/plugin/service.h"

namespace provider::plugin {

void ProviderService::ValidateList(const tfplugin6::ValidateListResourceConfigRequest& request,
                                   tfplugin6::DiagnosticsResponse* response) {
  const api::Block* schema = provider_->FindList(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  auto config = DecodeValue(request.config(), schema->implied_type());
  if (!config.ok()) return AddBroken(config.error(), response->mutable_diagnostics());
  api::ListRequest asked{.type = request.type_name(), .config = std::move(*config)};
  // Hosts hold limit and include_resource_object against their types; what is unknown yet says nothing.
  if (auto with = DecodeValue(request.include_resource_object(), Type::Bool());
      with.ok() && with->IsKnown() && !with->IsNull())
    asked.with_objects = with->AsBool();
  EncodeDiagnostics(provider_->ValidateList(asked), response->mutable_diagnostics());
}

void ProviderService::List(const tfplugin6::ListResourceRequest& request, grpc::ServerContext& context,
                           grpc::ServerWriter<tfplugin6::ListResourceEvent>& writer) {
  // There is no other answer than objects: mistakes come as one that has nothing else.
  auto tell = [&](const ProviderDiagnostics& diagnostics) {
    if (diagnostics.empty()) return;
    tfplugin6::ListResourceEvent event;
    EncodeDiagnostics(diagnostics, event.mutable_diagnostic());
    writer.Write(event);
  };
  const std::string& type = request.type_name();
  const api::Block* schema = provider_->FindList(type);
  const api::ResourceSchema* resource = provider_->FindResource(type);
  if (!schema || !resource)
    return tell({{.summary = "Unknown type", .detail = "The provider has no list of " + type + "."}});
  auto config = DecodeValue(request.config(), schema->implied_type());
  if (!config.ok())
    return tell({{.summary = "Invalid request",
                  .detail = "The host's request cannot be understood: " + config.error().message()}});
  auto encode = [&](const api::ListedObject& listed, tfplugin6::ListResourceEvent* event) -> Result<void> {
    RETURN_IF_ERROR(EncodeIdentity(type, listed.identity, event->mutable_identity()));
    if (!request.include_resource_object() || listed.object.IsNull()) return {};
    return EncodeValue(listed.object, resource->block.implied_type(), event->mutable_resource_object());
  };
  auto sink = [&](const api::ListedObject& listed) {
    tfplugin6::ListResourceEvent event;
    event.set_display_name(listed.display_name);
    EncodeDiagnostics(listed.diagnostics, event.mutable_diagnostic());
    if (auto encoded = encode(listed, &event); !encoded.ok())
      AddBroken(encoded.error(), event.mutable_diagnostic());
    return !context.IsCancelled() && writer.Write(event);
  };
  tell(provider_->List({.type = type,
                        .config = std::move(*config),
                        .with_objects = request.include_resource_object(),
                        .limit = request.limit()},
                       sink, {}));
}

}  // namespace provider::plugin
