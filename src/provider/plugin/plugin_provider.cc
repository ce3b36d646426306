#include "provider/plugin/plugin_provider.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "provider/plugin/plugin_call.h"

namespace provider::plugin {

using base::core::Error;
using base::core::Result;

namespace {

// Providers compare it with versions of Terraform.
constexpr const char* kTerraformVersion = "1.11.4";

std::string_view NameOf(const Method& method) {
  std::string_view path = method.name6;
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

ProviderDiagnostics BrokenAnswer(const Method& method, const Error& error) {
  return Failure(
      "Plugin error",
      fmt::format("The plugin's answer to {} cannot be understood: {}. This is a bug in the provider.",
                  NameOf(method), error.message()));
}

ProviderDiagnostics BrokenRequest(const Method& method, const Error& error) {
  return Failure("Plugin error", fmt::format("The question {} could not be put to the plugin: {}.",
                                             NameOf(method), error.message()));
}

std::optional<api::DeferredReason> DecodeDeferred(bool present, const tfplugin6::Deferred& message) {
  if (!present) return std::nullopt;
  switch (message.reason()) {
    case tfplugin6::Deferred::RESOURCE_CONFIG_UNKNOWN:
      return api::DeferredReason::kResourceConfigUnknown;
    case tfplugin6::Deferred::PROVIDER_CONFIG_UNKNOWN:
      return api::DeferredReason::kProviderConfigUnknown;
    case tfplugin6::Deferred::ABSENT_PREREQ:
      return api::DeferredReason::kAbsentPrerequisite;
    default:
      return api::DeferredReason::kUnknown;
  }
}

Result<std::shared_ptr<api::Provider>> PluginProvider::Make(std::shared_ptr<PluginProgram> program,
                                                            int parallelism) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog, program->Schemas());
  return std::shared_ptr<api::Provider>(
      new PluginProvider(std::move(program), std::move(catalog), std::max(1, parallelism)));
}

const api::Block* PluginProvider::FindEphemeral(std::string_view type) const {
  const api::ResourceSchema* schema = catalog_->FindEphemeral(type);
  return schema ? &schema->block : nullptr;
}

const api::Block* PluginProvider::FindList(std::string_view type) const {
  const api::ResourceSchema* schema = catalog_->FindList(type);
  return schema ? &schema->block : nullptr;
}

Result<std::shared_ptr<PluginProcess>> PluginProvider::Process() {
  std::lock_guard lock(mutex_);
  if (!process_) {
    ASSIGN_OR_RETURN(process_, program_->Unconfigured());
  }
  return process_;
}

ProviderDiagnostics PluginProvider::Explain(const Method& method, const grpc::Status& status,
                                            PluginProcess& process) const {
  std::string_view name = NameOf(method);
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE: {
      std::string obituary = process.Obituary();
      if (obituary.empty())
        obituary = "It still runs, but its connection is broken: " + status.error_message() + ".";
      return Failure("Plugin did not respond",
                     fmt::format("The plugin gave no answer to {}. {}", name, obituary));
    }
    case grpc::StatusCode::CANCELLED:
      return Failure("Request cancelled", fmt::format("The plugin's {} was cancelled.", name));
    case grpc::StatusCode::UNIMPLEMENTED:
      return Failure("Unsupported plugin method",
                     fmt::format("The plugin does not know {}: a newer version of the provider may.", name));
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return Failure("Plugin error",
                     fmt::format("The plugin's answer to {} is larger than {} MiB, which is the "
                                 "most that is accepted.",
                                 name, kMaxMessageSize >> 20));
    default:
      return Failure("Plugin error", fmt::format("The plugin's {} failed: {}.", name,
                                                 status.error_message().empty() ? "it does not say why"
                                                                                : status.error_message()));
  }
}

ProviderDiagnostics PluginProvider::ValidateConfig(const Value& config) {
  tfplugin6::ValidateProviderConfigRequest request;
  tfplugin6::ValidateProviderConfigResponse response;
  const Method& method = methods::kValidateProviderConfig;
  auto encoded = EncodeValue(config, ConfigSchema().implied_type(), request.mutable_config());
  if (!encoded.ok()) return BrokenRequest(method, encoded.error());
  return CallToValidate(method, request, &response);
}

bool PluginProvider::IsStarted() {
  std::lock_guard lock(mutex_);
  return process_ || !program_->IsIdle();
}

ProviderDiagnostics PluginProvider::Validate(const Method& method, std::string_view type, const Value& config,
                                             const api::Block* schema) {
  if (!schema) return Failure("Unknown type", fmt::format("The plugin does not know {}.", type));
  tfplugin6::ValidateConfigRequest request;
  tfplugin6::DiagnosticsResponse response;
  request.set_type_name(std::string(type));
  // The other methods' messages have no such field, and skip it.
  request.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  auto encoded = EncodeValue(config, schema->implied_type(), request.mutable_config());
  if (!encoded.ok()) return BrokenRequest(method, encoded.error());
  return CallToValidate(method, request, &response);
}

ProviderDiagnostics PluginProvider::ValidateResource(std::string_view type, const Value& config) {
  const api::ResourceSchema* schema = FindResource(type);
  return Validate(methods::kValidateResourceConfig, type, config, schema ? &schema->block : nullptr);
}

ProviderDiagnostics PluginProvider::ValidateDataSource(std::string_view type, const Value& config) {
  const api::ResourceSchema* schema = FindDataSource(type);
  return Validate(methods::kValidateDataResourceConfig, type, config, schema ? &schema->block : nullptr);
}

ProviderDiagnostics PluginProvider::ValidateEphemeral(std::string_view type, const Value& config) {
  return Validate(methods::kValidateEphemeralResourceConfig, type, config, FindEphemeral(type));
}

ProviderDiagnostics PluginProvider::Configure(const Value& config) {
  {
    std::lock_guard lock(mutex_);
    auto process = program_->ToConfigure();
    if (!process.ok()) return Failure("Plugin did not start", process.error().message());
    process_ = std::move(*process);
  }
  tfplugin6::ConfigureProviderRequest request;
  tfplugin6::DiagnosticsResponse response;
  const Method& method = methods::kConfigureProvider;
  request.set_terraform_version(kTerraformVersion);
  request.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  auto encoded = EncodeValue(config, ConfigSchema().implied_type(), request.mutable_config());
  if (!encoded.ok()) return BrokenRequest(method, encoded.error());
  ProviderDiagnostics diagnostics = Call(method, request, &response);
  Append(DecodeDiagnostics(response.diagnostics()), &diagnostics);
  return diagnostics;
}

void PluginProvider::Stop() {
  std::shared_ptr<PluginProcess> process;
  {
    std::lock_guard lock(mutex_);
    process = process_;
  }
  if (!process) return;
  tfplugin6::Empty request;
  tfplugin6::StopResponse response;
  // What runs is to end soon; whether it will shows in its own answers.
  (void)process->connection().Call(methods::kStopProvider, request, &response);
}

Result<void> PluginProvider::EncodeMeta(const Value& meta, tfplugin6::DynamicValue* message) const {
  if (!MetaSchema()) return {};
  Type type = MetaSchema()->implied_type();
  return EncodeValue(meta.IsNull() ? Value::Null(type) : meta, type, message);
}

Result<void> PluginProvider::EncodeIdentity(std::string_view type, const Value& identity,
                                            tfplugin6::IdentityData* message) const {
  const api::IdentitySchema* schema = FindIdentity(type);
  if (!schema || identity.IsNull()) return {};
  return EncodeValue(identity, schema->type, message->mutable_identity_data());
}

Result<Value> PluginProvider::DecodeIdentity(std::string_view type,
                                             const tfplugin6::IdentityData& message) const {
  const api::IdentitySchema* schema = FindIdentity(type);
  if (!schema || !message.has_identity_data()) return Value();
  return DecodeValue(message.identity_data(), schema->type);
}

}  // namespace provider::plugin
