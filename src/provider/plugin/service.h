// The gRPC service of one provider, in protocol 5 or 6: each method decodes, asks the provider, encodes. Not
// the process around it (server.h). Used by Serve.
#pragma once

#include <memory>

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/sync_stream.h>

#include <tfplugin5.pb.h>
#include <tfplugin6.pb.h>
#include "provider/api/provider.h"
#include "provider/plugin/codec.h"
#include "provider/plugin/methods.h"
#include "provider/plugin/read_joiner.h"

namespace provider::plugin {

class ProviderService final : public grpc::Service {
 public:
  ProviderService(std::shared_ptr<api::Provider> provider, Protocol protocol);

 private:
  template <typename Request, typename Response>
  void RegisterStream(const Method& method,
                      void (ProviderService::*handler)(const Request&, grpc::ServerContext&,
                                                       grpc::ServerWriter<Response>&));
  template <typename Request, typename Response>
  void Register(const Method& method, void (ProviderService::*handler)(const Request&, Response*));

  // service.cc: what needs no object.
  void Metadata(const tfplugin6::Empty&, tfplugin6::MetadataResponse* response);
  template <typename Response, typename Schema>
  void ProviderSchema(const tfplugin6::Empty&, Response* response);
  void IdentitySchemas(const tfplugin6::Empty&, tfplugin6::ResourceIdentitySchemasResponse* response);
  void Functions(const tfplugin6::Empty&, tfplugin6::FunctionsResponse* response);
  void ValidateProviderConfig(const tfplugin6::ValidateProviderConfigRequest& request,
                              tfplugin6::ValidateProviderConfigResponse* response);
  void Configure(const tfplugin6::ConfigureProviderRequest& request,
                 tfplugin6::DiagnosticsResponse* response);
  void CallFunction(const tfplugin6::CallFunctionRequest& request, tfplugin6::CallFunctionResponse* response);
  void Stop(const tfplugin6::Empty&, tfplugin6::StopResponse* response);

  // service_resources.cc: managed resources.
  void ValidateResource(const tfplugin6::ValidateConfigRequest& request,
                        tfplugin6::DiagnosticsResponse* response);
  void UpgradeState(const tfplugin6::UpgradeResourceStateRequest& request,
                    tfplugin6::UpgradeResourceStateResponse* response);
  void UpgradeIdentity(const tfplugin6::UpgradeResourceIdentityRequest& request,
                       tfplugin6::UpgradeResourceIdentityResponse* response);
  void Read(const tfplugin6::ReadResourceRequest& request, tfplugin6::ReadResourceResponse* response);
  void Plan(const tfplugin6::PlanResourceChangeRequest& request,
            tfplugin6::PlanResourceChangeResponse* response);
  void Apply(const tfplugin6::ApplyResourceChangeRequest& request,
             tfplugin6::ApplyResourceChangeResponse* response);
  void Import(const tfplugin6::ImportResourceStateRequest& request,
              tfplugin6::ImportResourceStateResponse* response);
  void Move(const tfplugin6::MoveResourceStateRequest& request,
            tfplugin6::MoveResourceStateResponse* response);

  // service_data.cc: data sources and ephemeral resources.
  void ValidateData(const tfplugin6::ValidateConfigRequest& request,
                    tfplugin6::DiagnosticsResponse* response);
  void ReadData(const tfplugin6::ReadDataSourceRequest& request, tfplugin6::ReadDataSourceResponse* response);
  void ValidateEphemeral(const tfplugin6::ValidateConfigRequest& request,
                         tfplugin6::DiagnosticsResponse* response);
  void Open(const tfplugin6::OpenEphemeralResourceRequest& request,
            tfplugin6::OpenEphemeralResourceResponse* response);
  void Renew(const tfplugin6::RenewEphemeralResourceRequest& request,
             tfplugin6::RenewEphemeralResourceResponse* response);
  void Close(const tfplugin6::CloseEphemeralResourceRequest& request,
             tfplugin6::DiagnosticsResponse* response);

  // service_list.cc
  void ValidateList(const tfplugin6::ValidateListResourceConfigRequest& request,
                    tfplugin6::DiagnosticsResponse* response);
  void List(const tfplugin6::ListResourceRequest& request, grpc::ServerContext& context,
            grpc::ServerWriter<tfplugin6::ListResourceEvent>& writer);

  tfplugin6::ServerCapabilities Capabilities() const;
  Result<Value> DecodeMeta(const tfplugin6::DynamicValue& message) const;
  // Null where the type has no identity or the message has none.
  Result<Value> DecodeIdentity(const std::string& type, const tfplugin6::IdentityData& message) const;
  Result<void> EncodeIdentity(const std::string& type, const Value& identity,
                              tfplugin6::IdentityData* message) const;

  const std::shared_ptr<api::Provider> provider_;
  const Protocol protocol_;
  ReadJoiner reads_;
};

// What handlers have in common: a step that failed becomes an error of the answer.
inline void AddError(std::string summary, std::string detail, DiagnosticMessages* messages) {
  EncodeDiagnostics({{.summary = std::move(summary), .detail = std::move(detail)}}, messages);
}
inline void AddBroken(const base::core::Error& error, DiagnosticMessages* messages) {
  AddError("Invalid request", "The host's request cannot be understood: " + error.message(), messages);
}
inline void AddUnknownType(const std::string& type, DiagnosticMessages* messages) {
  AddError("Unknown type", "The provider does not know the type " + type + ".", messages);
}

}  // namespace provider::plugin
