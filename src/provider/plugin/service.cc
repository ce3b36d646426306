#include "provider/plugin/service.h"

#include <grpcpp/impl/codegen/config_protobuf.h>
#include <grpcpp/impl/codegen/method_handler.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>

#include "provider/plugin/schema_codec.h"

namespace provider::plugin {

template <typename Request, typename Response>
void ProviderService::Register(const Method& method,
                               void (ProviderService::*handler)(const Request&, Response*)) {
  using Lite = grpc::protobuf::MessageLite;
  using Handler = grpc::internal::RpcMethodHandler<ProviderService, Request, Response, Lite, Lite>;
  auto call = [handler](ProviderService* self, grpc::ServerContext*, const Request* request,
                        Response* response) {
    (self->*handler)(*request, response);
    return grpc::Status::OK;
  };
  // The library owns both from here on.
  auto served = std::make_unique<grpc::internal::RpcServiceMethod>(
      method.path(protocol_), grpc::internal::RpcMethod::NORMAL_RPC,
      std::make_unique<Handler>(std::move(call), this).release());
  AddMethod(served.release());
}

template <typename Request, typename Response>
void ProviderService::RegisterStream(const Method& method,
                                     void (ProviderService::*handler)(const Request&, grpc::ServerContext&,
                                                                      grpc::ServerWriter<Response>&)) {
  using Handler = grpc::internal::ServerStreamingHandler<ProviderService, Request, Response>;
  auto call = [handler](ProviderService* self, grpc::ServerContext* context, const Request* request,
                        grpc::ServerWriter<Response>* writer) {
    (self->*handler)(*request, *context, *writer);
    return grpc::Status::OK;
  };
  auto served = std::make_unique<grpc::internal::RpcServiceMethod>(
      method.path(protocol_), grpc::internal::RpcMethod::SERVER_STREAMING,
      std::make_unique<Handler>(std::move(call), this).release());
  AddMethod(served.release());
}

ProviderService::ProviderService(std::shared_ptr<api::Provider> provider, Protocol protocol)
    : provider_(std::move(provider)), protocol_(protocol), reads_(*provider_) {
  using Self = ProviderService;
  Register(methods::kGetMetadata, &Self::Metadata);
  if (protocol == Protocol::k5)
    Register(methods::kGetProviderSchema,
             &Self::ProviderSchema<tfplugin5::ProviderSchemaResponse, tfplugin5::Schema>);
  else
    Register(methods::kGetProviderSchema,
             &Self::ProviderSchema<tfplugin6::ProviderSchemaResponse, tfplugin6::Schema>);
  Register(methods::kGetResourceIdentitySchemas, &Self::IdentitySchemas);
  Register(methods::kGetFunctions, &Self::Functions);
  Register(methods::kValidateProviderConfig, &Self::ValidateProviderConfig);
  Register(methods::kConfigureProvider, &Self::Configure);
  Register(methods::kCallFunction, &Self::CallFunction);
  Register(methods::kStopProvider, &Self::Stop);
  Register(methods::kValidateResourceConfig, &Self::ValidateResource);
  Register(methods::kUpgradeResourceState, &Self::UpgradeState);
  Register(methods::kUpgradeResourceIdentity, &Self::UpgradeIdentity);
  Register(methods::kReadResource, &Self::Read);
  Register(methods::kPlanResourceChange, &Self::Plan);
  Register(methods::kApplyResourceChange, &Self::Apply);
  Register(methods::kImportResourceState, &Self::Import);
  Register(methods::kMoveResourceState, &Self::Move);
  Register(methods::kValidateDataResourceConfig, &Self::ValidateData);
  Register(methods::kReadDataSource, &Self::ReadData);
  Register(methods::kValidateEphemeralResourceConfig, &Self::ValidateEphemeral);
  Register(methods::kOpenEphemeralResource, &Self::Open);
  Register(methods::kRenewEphemeralResource, &Self::Renew);
  Register(methods::kCloseEphemeralResource, &Self::Close);
  Register(methods::kValidateListResourceConfig, &Self::ValidateList);
  RegisterStream(methods::kListResource, &Self::List);
}

// Plans of destroys say nothing here that the host does not know.
tfplugin6::ServerCapabilities ProviderService::Capabilities() const {
  tfplugin6::ServerCapabilities capabilities;
  capabilities.set_get_provider_schema_optional(true);
  capabilities.set_move_resource_state(provider_->CanMove());
  return capabilities;
}

void ProviderService::Metadata(const tfplugin6::Empty&, tfplugin6::MetadataResponse* response) {
  *response->mutable_server_capabilities() = Capabilities();
  for (std::string& type : provider_->ResourceTypes())
    response->add_resources()->set_type_name(std::move(type));
  for (std::string& type : provider_->DataSourceTypes())
    response->add_data_sources()->set_type_name(std::move(type));
  for (std::string& type : provider_->EphemeralTypes())
    response->add_ephemeral_resources()->set_type_name(std::move(type));
  for (std::string& type : provider_->ListTypes())
    response->add_list_resources()->set_type_name(std::move(type));
  for (const api::FunctionSignature& function : provider_->Functions())
    response->add_functions()->set_name(function.name);
}

template <typename Response, typename Schema>
void ProviderService::ProviderSchema(const tfplugin6::Empty&, Response* response) {
  *response->mutable_server_capabilities() = Capabilities();
  auto encode = [&](const api::ResourceSchema& schema, Schema* message) {
    auto encoded = EncodeSchema(schema, message);
    if (!encoded.ok())
      AddError("Unsupported schema", encoded.error().message(), response->mutable_diagnostics());
  };
  encode({.block = provider_->ConfigSchema()}, response->mutable_provider());
  if (const api::Block* meta = provider_->MetaSchema())
    encode({.block = *meta}, response->mutable_provider_meta());
  for (const std::string& type : provider_->ResourceTypes())
    encode(*provider_->FindResource(type), &(*response->mutable_resource_schemas())[type]);
  for (const std::string& type : provider_->DataSourceTypes())
    encode(*provider_->FindDataSource(type), &(*response->mutable_data_source_schemas())[type]);
  for (const std::string& type : provider_->EphemeralTypes())
    encode({.block = *provider_->FindEphemeral(type)},
           &(*response->mutable_ephemeral_resource_schemas())[type]);
  for (const std::string& type : provider_->ListTypes())
    encode({.block = *provider_->FindList(type)}, &(*response->mutable_list_resource_schemas())[type]);
  for (const api::FunctionSignature& function : provider_->Functions())
    EncodeFunction(function, &(*response->mutable_functions())[function.name]);
}

void ProviderService::IdentitySchemas(const tfplugin6::Empty&,
                                      tfplugin6::ResourceIdentitySchemasResponse* response) {
  for (const std::string& type : provider_->ResourceTypes())
    if (const api::IdentitySchema* schema = provider_->FindIdentity(type))
      EncodeIdentitySchema(*schema, &(*response->mutable_identity_schemas())[type]);
}

void ProviderService::Functions(const tfplugin6::Empty&, tfplugin6::FunctionsResponse* response) {
  for (const api::FunctionSignature& function : provider_->Functions())
    EncodeFunction(function, &(*response->mutable_functions())[function.name]);
}

void ProviderService::ValidateProviderConfig(const tfplugin6::ValidateProviderConfigRequest& request,
                                             tfplugin6::ValidateProviderConfigResponse* response) {
  auto config = DecodeValue(request.config(), provider_->ConfigSchema().implied_type());
  if (!config.ok()) return AddBroken(config.error(), response->mutable_diagnostics());
  EncodeDiagnostics(provider_->ValidateConfig(*config), response->mutable_diagnostics());
  if (protocol_ == Protocol::k5) *response->mutable_prepared_config() = request.config();
}

void ProviderService::Configure(const tfplugin6::ConfigureProviderRequest& request,
                                tfplugin6::DiagnosticsResponse* response) {
  auto config = DecodeValue(request.config(), provider_->ConfigSchema().implied_type());
  if (!config.ok()) return AddBroken(config.error(), response->mutable_diagnostics());
  // A process that serves several runs, as under a debugger, forgets the last one.
  provider_->EndWalk();
  EncodeDiagnostics(provider_->Configure(*config), response->mutable_diagnostics());
}

void ProviderService::CallFunction(const tfplugin6::CallFunctionRequest& request,
                                   tfplugin6::CallFunctionResponse* response) {
  const api::FunctionSignature* signature = nullptr;
  for (const api::FunctionSignature& function : provider_->Functions())
    if (function.name == request.name()) signature = &function;
  if (!signature) {
    response->mutable_error()->set_text("there is no function named " + request.name());
    return;
  }
  std::vector<Value> arguments;
  for (const tfplugin6::DynamicValue& message : request.arguments()) {
    const size_t index = arguments.size();
    if (index >= signature->parameters.size() && !signature->variadic) {
      response->mutable_error()->set_text("too many arguments");
      return;
    }
    const api::FunctionParameter& parameter =
        index < signature->parameters.size() ? signature->parameters[index] : *signature->variadic;
    auto argument = DecodeValue(message, parameter.type);
    if (!argument.ok()) {
      response->mutable_error()->set_text(argument.error().message());
      response->mutable_error()->set_function_argument(static_cast<int64_t>(index));
      return;
    }
    arguments.push_back(std::move(*argument));
  }
  api::FunctionResult result = provider_->CallFunction(request.name(), arguments);
  if (!result.error) {
    auto encoded = EncodeValue(result.value, signature->result, response->mutable_result());
    if (!encoded.ok()) result.error = encoded.error().message();
  }
  if (!result.error) return;
  response->clear_result();
  response->mutable_error()->set_text(*result.error);
  if (result.argument >= 0) response->mutable_error()->set_function_argument(result.argument);
}

void ProviderService::Stop(const tfplugin6::Empty&, tfplugin6::StopResponse*) { provider_->Stop(); }

Result<Value> ProviderService::DecodeMeta(const tfplugin6::DynamicValue& message) const {
  const api::Block* schema = provider_->MetaSchema();
  return schema ? DecodeValue(message, schema->implied_type()) : Result<Value>(Value());
}

Result<Value> ProviderService::DecodeIdentity(const std::string& type,
                                              const tfplugin6::IdentityData& message) const {
  const api::IdentitySchema* schema = provider_->FindIdentity(type);
  return schema ? DecodeValue(message.identity_data(), schema->type) : Result<Value>(Value());
}

Result<void> ProviderService::EncodeIdentity(const std::string& type, const Value& identity,
                                             tfplugin6::IdentityData* message) const {
  const api::IdentitySchema* schema = provider_->FindIdentity(type);
  if (!schema || identity.IsNull()) return {};
  return EncodeValue(identity, schema->type, message->mutable_identity_data());
}

}  // namespace provider::plugin
