// The calls of PluginProvider for lists.
#include <fmt/format.h>

#include "provider/plugin/plugin_call.h"

namespace provider::plugin {

ProviderDiagnostics PluginProvider::ValidateList(const api::ListRequest& request) {
  const Method& method = methods::kValidateListResourceConfig;
  const api::Block* schema = FindList(request.type);
  if (!schema) return Failure("Unknown type", fmt::format("The plugin has no list of {}.", request.type));
  tfplugin6::ValidateListResourceConfigRequest message;
  tfplugin6::DiagnosticsResponse answer;
  message.set_type_name(std::string(request.type));
  auto encode = [&]() -> Result<void> {
    RETURN_IF_ERROR(EncodeValue(request.config, schema->implied_type(), message.mutable_config()));
    RETURN_IF_ERROR(EncodeValue(Value::Bool(request.with_objects), Type::Bool(),
                                message.mutable_include_resource_object()));
    return EncodeValue(Value::Int(request.limit), Type::Number(), message.mutable_limit());
  };
  if (auto encoded = encode(); !encoded.ok()) return BrokenRequest(method, encoded.error());
  return CallToValidate(method, message, &answer);
}

api::ListedObject PluginProvider::DecodeListed(const api::ListRequest& request,
                                               const tfplugin6::ListResourceEvent& event) const {
  const Method& method = methods::kListResource;
  api::ListedObject listed{.display_name = event.display_name(),
                           .diagnostics = DecodeDiagnostics(event.diagnostic())};
  if (api::HasErrors(listed.diagnostics)) return listed;
  Take(method, DecodeIdentity(request.type, event.identity()), &listed.identity, &listed.diagnostics);
  if (listed.identity.IsNull() && listed.diagnostics.empty())
    Append(BrokenAnswer(method, base::core::Error("an object has no identity")), &listed.diagnostics);
  const api::ResourceSchema* schema = FindResource(request.type);
  if (request.with_objects && schema && event.has_resource_object())
    Take(method, DecodeValue(event.resource_object(), schema->block.implied_type()), &listed.object,
         &listed.diagnostics);
  return listed;
}

ProviderDiagnostics PluginProvider::List(const api::ListRequest& request, const api::ListSink& sink,
                                         std::stop_token stop) {
  const Method& method = methods::kListResource;
  const api::Block* schema = FindList(request.type);
  if (!schema) return Failure("Unknown type", fmt::format("The plugin has no list of {}.", request.type));
  tfplugin6::ListResourceRequest message;
  message.set_type_name(std::string(request.type));
  message.set_include_resource_object(request.with_objects);
  message.set_limit(request.limit);
  auto encoded = EncodeValue(request.config, schema->implied_type(), message.mutable_config());
  if (!encoded.ok()) return BrokenRequest(method, encoded.error());
  auto process = Process();
  if (!process.ok()) return Failure("Plugin did not start", process.error().message());

  Connection& connection = (*process)->connection();
  grpc::ClientContext context;
  auto stream =
      connection.Listen<tfplugin6::ListResourceEvent>(method.path(connection.protocol()), message, &context);
  std::stop_callback cancel(stop, [&] { context.TryCancel(); });
  tfplugin6::ListResourceEvent event;
  bool enough = request.limit <= 0;
  for (int64_t found = 0; !enough && stream->Read(&event);) {
    api::ListedObject listed = DecodeListed(request, event);
    // What an event only says counts for none.
    found += listed.identity.IsNull() ? 0 : 1;
    enough = !sink(std::move(listed)) || found >= request.limit;
  }
  if (enough) context.TryCancel();
  const grpc::Status status = stream->Finish();
  return enough || status.ok() ? ProviderDiagnostics() : Explain(method, status, **process);
}

}  // namespace provider::plugin
