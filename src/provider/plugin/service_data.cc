// The methods of ProviderService for data sources and ephemeral resources.
#include "provider/plugin/service.h"

namespace provider::plugin {

namespace {

template <typename Message>
void EncodeRenewAt(const api::RenewAt& renew_at, Message* message) {
  if (!renew_at) return;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*renew_at);
  message->mutable_renew_at()->set_seconds(seconds.time_since_epoch().count());
  message->mutable_renew_at()->set_nanos(static_cast<int32_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(*renew_at - seconds).count()));
}

}  // namespace

void ProviderService::ValidateData(const tfplugin6::ValidateConfigRequest& request,
                                   tfplugin6::DiagnosticsResponse* response) {
  const api::ResourceSchema* schema = provider_->FindDataSource(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  auto config = DecodeValue(request.config(), schema->block.implied_type());
  if (!config.ok()) return AddBroken(config.error(), response->mutable_diagnostics());
  EncodeDiagnostics(provider_->ValidateDataSource(request.type_name(), *config),
                    response->mutable_diagnostics());
}

void ProviderService::ReadData(const tfplugin6::ReadDataSourceRequest& request,
                               tfplugin6::ReadDataSourceResponse* response) {
  const api::ResourceSchema* schema = provider_->FindDataSource(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  auto read = [&]() -> Result<void> {
    api::ReadDataRequest asked{.type = request.type_name()};
    ASSIGN_OR_RETURN(asked.config, DecodeValue(request.config(), schema->block.implied_type()));
    ASSIGN_OR_RETURN(asked.provider_meta, DecodeMeta(request.provider_meta()));
    api::ReadDataResponse result;
    provider_->ReadData(std::span(&asked, 1),
                        [&](size_t, api::ReadDataResponse answer) { result = std::move(answer); }, {});
    EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
    if (result.deferred)
      response->mutable_deferred()->set_reason(static_cast<tfplugin6::Deferred::Reason>(*result.deferred));
    if (api::HasErrors(result.diagnostics)) return {};
    return EncodeValue(result.state, schema->block.implied_type(), response->mutable_state());
  };
  if (auto done = read(); !done.ok()) AddBroken(done.error(), response->mutable_diagnostics());
}

void ProviderService::ValidateEphemeral(const tfplugin6::ValidateConfigRequest& request,
                                        tfplugin6::DiagnosticsResponse* response) {
  const api::Block* schema = provider_->FindEphemeral(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  auto config = DecodeValue(request.config(), schema->implied_type());
  if (!config.ok()) return AddBroken(config.error(), response->mutable_diagnostics());
  EncodeDiagnostics(provider_->ValidateEphemeral(request.type_name(), *config),
                    response->mutable_diagnostics());
}

void ProviderService::Open(const tfplugin6::OpenEphemeralResourceRequest& request,
                           tfplugin6::OpenEphemeralResourceResponse* response) {
  const api::Block* schema = provider_->FindEphemeral(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  auto config = DecodeValue(request.config(), schema->implied_type());
  if (!config.ok()) return AddBroken(config.error(), response->mutable_diagnostics());
  api::OpenResponse result = provider_->Open({.type = request.type_name(), .config = std::move(*config)}, {});
  EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
  if (api::HasErrors(result.diagnostics)) return;
  EncodeRenewAt(result.renew_at, response);
  if (!result.private_data.empty()) response->set_private_(result.private_data);
  auto encoded = EncodeValue(result.result, schema->implied_type(), response->mutable_result());
  if (!encoded.ok()) AddBroken(encoded.error(), response->mutable_diagnostics());
}

void ProviderService::Renew(const tfplugin6::RenewEphemeralResourceRequest& request,
                            tfplugin6::RenewEphemeralResourceResponse* response) {
  api::RenewResponse result = provider_->Renew(request.type_name(), request.private_());
  EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
  EncodeRenewAt(result.renew_at, response);
  if (!result.private_data.empty()) response->set_private_(result.private_data);
}

void ProviderService::Close(const tfplugin6::CloseEphemeralResourceRequest& request,
                            tfplugin6::DiagnosticsResponse* response) {
  EncodeDiagnostics(provider_->Close(request.type_name(), request.private_()),
                    response->mutable_diagnostics());
}

}  // namespace provider::plugin
