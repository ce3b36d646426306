// What a plugin offers beside managed resources: data sources, ephemeral resources, functions.
#include <fmt/format.h>

#include "provider/plugin/plugin_call.h"

namespace provider::plugin {

using base::core::Result;

namespace {

template <typename Message>
api::RenewAt DecodeRenewAt(const Message& message) {
  if (!message.has_renew_at()) return std::nullopt;
  using Clock = std::chrono::system_clock;
  // Beyond what the clock can say: never.
  constexpr int64_t kLatest =
      std::chrono::duration_cast<std::chrono::seconds>(Clock::duration::max()).count() - 1;
  int64_t seconds = message.renew_at().seconds();
  if (seconds < 0 || seconds > kLatest) return std::nullopt;
  return Clock::time_point(std::chrono::duration_cast<Clock::duration>(
      std::chrono::seconds(seconds) + std::chrono::nanoseconds(message.renew_at().nanos())));
}

Type ParameterType(const api::FunctionSignature& signature, size_t index) {
  if (index < signature.parameters.size()) return signature.parameters[index].type;
  return signature.variadic ? signature.variadic->type : Type::Dynamic();
}

}  // namespace

void PluginProvider::ReadData(std::span<const api::ReadDataRequest> requests,
                              const api::Sink<api::ReadDataResponse>& sink, std::stop_token stop) {
  EachRequest(requests, sink, std::move(stop), &PluginProvider::ReadDataOne);
}

api::ReadDataResponse PluginProvider::ReadDataOne(const api::ReadDataRequest& request) {
  const Method& method = methods::kReadDataSource;
  const api::ResourceSchema* schema = FindDataSource(request.type);
  if (!schema)
    return {.diagnostics =
                Failure("Unknown data source",
                        fmt::format("The plugin does not know data sources of type {}.", request.type))};
  Type type = schema->block.implied_type();
  tfplugin6::ReadDataSourceRequest message;
  tfplugin6::ReadDataSourceResponse answer;
  message.set_type_name(std::string(request.type));
  message.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  auto encoded = EncodeValue(request.config, type, message.mutable_config());
  if (encoded.ok() && MetaSchema())
    encoded = EncodeMeta(request.provider_meta, message.mutable_provider_meta());
  api::ReadDataResponse result;
  if (!Ask(method, encoded, message, &answer, &result.diagnostics)) return result;
  result.deferred = DecodeDeferred(answer.has_deferred(), answer.deferred());
  Take(method, DecodeValue(answer.state(), type), &result.state, &result.diagnostics);
  return result;
}

api::OpenResponse PluginProvider::Open(const api::OpenRequest& request, std::stop_token stop) {
  const Method& method = methods::kOpenEphemeralResource;
  const api::Block* schema = FindEphemeral(request.type);
  if (!schema) return Provider::Open(request, std::move(stop));
  std::stop_callback tell(stop, [this] { Stop(); });
  tfplugin6::OpenEphemeralResourceRequest message;
  tfplugin6::OpenEphemeralResourceResponse answer;
  message.set_type_name(std::string(request.type));
  message.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  api::OpenResponse result;
  if (!Ask(method, EncodeValue(request.config, schema->implied_type(), message.mutable_config()), message,
           &answer, &result.diagnostics))
    return result;
  Take(method, DecodeValue(answer.result(), schema->implied_type()), &result.result, &result.diagnostics);
  result.private_data = answer.private_();
  result.renew_at = DecodeRenewAt(answer);
  return result;
}

api::RenewResponse PluginProvider::Renew(std::string_view type, std::string_view private_data) {
  tfplugin6::RenewEphemeralResourceRequest message;
  tfplugin6::RenewEphemeralResourceResponse answer;
  message.set_type_name(std::string(type));
  if (!private_data.empty()) message.set_private_(std::string(private_data));
  api::RenewResponse result;
  (void)Ask(methods::kRenewEphemeralResource, {}, message, &answer, &result.diagnostics);
  result.private_data = answer.private_();
  result.renew_at = DecodeRenewAt(answer);
  return result;
}

ProviderDiagnostics PluginProvider::Close(std::string_view type, std::string_view private_data) {
  tfplugin6::CloseEphemeralResourceRequest message;
  tfplugin6::DiagnosticsResponse answer;
  message.set_type_name(std::string(type));
  if (!private_data.empty()) message.set_private_(std::string(private_data));
  ProviderDiagnostics diagnostics;
  (void)Ask(methods::kCloseEphemeralResource, {}, message, &answer, &diagnostics);
  return diagnostics;
}

api::FunctionResult PluginProvider::CallFunction(std::string_view name, std::span<const Value> arguments) {
  const api::FunctionSignature* signature = nullptr;
  for (const api::FunctionSignature& function : Functions())
    if (function.name == name) signature = &function;
  if (!signature) return Provider::CallFunction(name, arguments);
  tfplugin6::CallFunctionRequest message;
  tfplugin6::CallFunctionResponse answer;
  message.set_name(std::string(name));
  for (size_t index = 0; index < arguments.size(); ++index) {
    auto encoded = EncodeValue(arguments[index], ParameterType(*signature, index), message.add_arguments());
    if (!encoded.ok()) return {.error = encoded.error().message(), .argument = static_cast<int>(index)};
  }
  ProviderDiagnostics diagnostics = Call(methods::kCallFunction, message, &answer);
  if (api::HasErrors(diagnostics)) return {.error = diagnostics[0].detail};
  if (answer.has_error()) {
    api::FunctionResult failed{.error = answer.error().text()};
    int64_t argument = answer.error().has_function_argument() ? answer.error().function_argument() : -1;
    if (argument >= 0 && argument < static_cast<int64_t>(arguments.size()))
      failed.argument = static_cast<int>(argument);
    return failed;
  }
  auto value = DecodeValue(answer.result(), signature->result);
  if (!value.ok()) return {.error = "the plugin's answer cannot be understood: " + value.error().message()};
  return {.value = std::move(*value)};
}

}  // namespace provider::plugin
