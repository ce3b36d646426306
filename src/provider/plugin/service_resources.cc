// The methods of ProviderService for managed resources.
#include "provider/plugin/service.h"

namespace provider::plugin {

namespace {

// The one answer to the one request of a call that takes a span.
template <typename Response, typename Request, typename Call>
Response One(const Request& request, Call call) {
  Response one;
  call(std::span(&request, 1), [&](size_t, Response response) { one = std::move(response); });
  return one;
}

template <typename Message>
void EncodeDeferred(const std::optional<api::DeferredReason>& deferred, Message* message) {
  if (!deferred) return;
  // The numbers are the same.
  message->mutable_deferred()->set_reason(static_cast<tfplugin6::Deferred::Reason>(*deferred));
}

}  // namespace

void ProviderService::ValidateResource(const tfplugin6::ValidateConfigRequest& request,
                                       tfplugin6::DiagnosticsResponse* response) {
  const api::ResourceSchema* schema = provider_->FindResource(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  auto config = DecodeValue(request.config(), schema->block.implied_type());
  if (!config.ok()) return AddBroken(config.error(), response->mutable_diagnostics());
  EncodeDiagnostics(provider_->ValidateResource(request.type_name(), *config),
                    response->mutable_diagnostics());
}

void ProviderService::UpgradeState(const tfplugin6::UpgradeResourceStateRequest& request,
                                   tfplugin6::UpgradeResourceStateResponse* response) {
  const api::ResourceSchema* schema = provider_->FindResource(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  if (request.raw_state().json().empty())
    return AddError("State too old",
                    "The state was written by a version before 0.12. Upgrade it with Terraform 0.13 first.",
                    response->mutable_diagnostics());
  api::UpgradeResponse upgraded =
      provider_->Upgrade(request.type_name(), request.version(), request.raw_state().json());
  EncodeDiagnostics(upgraded.diagnostics, response->mutable_diagnostics());
  if (api::HasErrors(upgraded.diagnostics)) return;
  auto encoded =
      EncodeValue(upgraded.state, schema->block.implied_type(), response->mutable_upgraded_state());
  if (!encoded.ok()) AddBroken(encoded.error(), response->mutable_diagnostics());
}

void ProviderService::UpgradeIdentity(const tfplugin6::UpgradeResourceIdentityRequest& request,
                                      tfplugin6::UpgradeResourceIdentityResponse* response) {
  api::IdentityResponse upgraded =
      provider_->UpgradeIdentity(request.type_name(), request.version(), request.raw_identity().json());
  EncodeDiagnostics(upgraded.diagnostics, response->mutable_diagnostics());
  auto encoded =
      EncodeIdentity(request.type_name(), upgraded.identity, response->mutable_upgraded_identity());
  if (!encoded.ok()) AddBroken(encoded.error(), response->mutable_diagnostics());
}

void ProviderService::Read(const tfplugin6::ReadResourceRequest& request,
                           tfplugin6::ReadResourceResponse* response) {
  const api::ResourceSchema* schema = provider_->FindResource(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  const Type type = schema->block.implied_type();
  auto read = [&]() -> Result<void> {
    ASSIGN_OR_RETURN(Value prior, DecodeValue(request.current_state(), type));
    ASSIGN_OR_RETURN(Value identity, DecodeIdentity(request.type_name(), request.current_identity()));
    ASSIGN_OR_RETURN(Value meta, DecodeMeta(request.provider_meta()));
    api::ReadResponse result = reads_.Read({.type = request.type_name(),
                                            .prior = std::move(prior),
                                            .private_data = request.private_(),
                                            .identity = std::move(identity),
                                            .provider_meta = std::move(meta)});
    EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
    EncodeDeferred(result.deferred, response);
    response->set_private_(result.private_data);
    RETURN_IF_ERROR(EncodeIdentity(request.type_name(), result.identity, response->mutable_new_identity()));
    return EncodeValue(result.state, type, response->mutable_new_state());
  };
  if (auto done = read(); !done.ok()) AddBroken(done.error(), response->mutable_diagnostics());
}

void ProviderService::Plan(const tfplugin6::PlanResourceChangeRequest& request,
                           tfplugin6::PlanResourceChangeResponse* response) {
  const api::ResourceSchema* schema = provider_->FindResource(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  const Type type = schema->block.implied_type();
  auto plan = [&]() -> Result<void> {
    api::PlanRequest asked{.type = request.type_name(), .private_data = request.prior_private()};
    ASSIGN_OR_RETURN(asked.prior, DecodeValue(request.prior_state(), type));
    ASSIGN_OR_RETURN(asked.proposed, DecodeValue(request.proposed_new_state(), type));
    ASSIGN_OR_RETURN(asked.config, DecodeValue(request.config(), type));
    ASSIGN_OR_RETURN(asked.prior_identity, DecodeIdentity(request.type_name(), request.prior_identity()));
    ASSIGN_OR_RETURN(asked.provider_meta, DecodeMeta(request.provider_meta()));
    auto result = One<api::PlanResponse>(
        asked, [&](auto requests, const auto& sink) { provider_->Plan(requests, sink, {}); });
    EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
    EncodeDeferred(result.deferred, response);
    for (const Path& path : result.requires_replace) EncodePath(path, response->add_requires_replace());
    response->set_planned_private(result.private_data);
    response->set_legacy_type_system(result.legacy_type_system);
    RETURN_IF_ERROR(
        EncodeIdentity(request.type_name(), result.planned_identity, response->mutable_planned_identity()));
    return EncodeValue(result.planned, type, response->mutable_planned_state());
  };
  if (auto done = plan(); !done.ok()) AddBroken(done.error(), response->mutable_diagnostics());
}

void ProviderService::Apply(const tfplugin6::ApplyResourceChangeRequest& request,
                            tfplugin6::ApplyResourceChangeResponse* response) {
  const api::ResourceSchema* schema = provider_->FindResource(request.type_name());
  if (!schema) return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  const Type type = schema->block.implied_type();
  auto apply = [&]() -> Result<void> {
    api::ApplyRequest asked{.type = request.type_name(), .private_data = request.planned_private()};
    ASSIGN_OR_RETURN(asked.prior, DecodeValue(request.prior_state(), type));
    ASSIGN_OR_RETURN(asked.planned, DecodeValue(request.planned_state(), type));
    ASSIGN_OR_RETURN(asked.config, DecodeValue(request.config(), type));
    ASSIGN_OR_RETURN(asked.planned_identity, DecodeIdentity(request.type_name(), request.planned_identity()));
    ASSIGN_OR_RETURN(asked.provider_meta, DecodeMeta(request.provider_meta()));
    auto result = One<api::ApplyResponse>(
        asked, [&](auto requests, const auto& sink) { provider_->Apply(requests, sink, {}); });
    EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
    response->set_private_(result.private_data);
    response->set_legacy_type_system(result.legacy_type_system);
    RETURN_IF_ERROR(EncodeIdentity(request.type_name(), result.identity, response->mutable_new_identity()));
    return EncodeValue(result.state, type, response->mutable_new_state());
  };
  if (auto done = apply(); !done.ok()) AddBroken(done.error(), response->mutable_diagnostics());
}

void ProviderService::Import(const tfplugin6::ImportResourceStateRequest& request,
                             tfplugin6::ImportResourceStateResponse* response) {
  if (!provider_->FindResource(request.type_name()))
    return AddUnknownType(request.type_name(), response->mutable_diagnostics());
  auto import = [&]() -> Result<void> {
    ASSIGN_OR_RETURN(Value identity, DecodeIdentity(request.type_name(), request.identity()));
    api::ImportResponse result =
        provider_->Import({.type = request.type_name(), .id = request.id(), .identity = std::move(identity)});
    EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
    EncodeDeferred(result.deferred, response);
    for (const api::ImportedObject& object : result.objects) {
      const api::ResourceSchema* schema = provider_->FindResource(object.type);
      if (!schema) return base::core::Error("an object of the unknown type " + object.type);
      auto* message = response->add_imported_resources();
      message->set_type_name(object.type);
      message->set_private_(object.private_data);
      RETURN_IF_ERROR(EncodeIdentity(object.type, object.identity, message->mutable_identity()));
      RETURN_IF_ERROR(EncodeValue(object.state, schema->block.implied_type(), message->mutable_state()));
    }
    return {};
  };
  if (auto done = import(); !done.ok()) AddBroken(done.error(), response->mutable_diagnostics());
}

void ProviderService::Move(const tfplugin6::MoveResourceStateRequest& request,
                           tfplugin6::MoveResourceStateResponse* response) {
  const std::string& target = request.target_type_name();
  const api::ResourceSchema* schema = provider_->FindResource(target);
  if (!schema) return AddUnknownType(target, response->mutable_diagnostics());
  api::MoveResponse result =
      provider_->Move({.source_provider = request.source_provider_address(),
                       .source_type = request.source_type_name(),
                       .source_version = request.source_schema_version(),
                       .source_json = request.source_state().json(),
                       .source_private_data = request.source_private(),
                       .source_identity_json = request.source_identity().json(),
                       .source_identity_version = request.source_identity_schema_version(),
                       .target_type = target});
  EncodeDiagnostics(result.diagnostics, response->mutable_diagnostics());
  if (api::HasErrors(result.diagnostics)) return;
  response->set_target_private(result.private_data);
  auto encoded = EncodeIdentity(target, result.identity, response->mutable_target_identity());
  if (encoded.ok())
    encoded = EncodeValue(result.state, schema->block.implied_type(), response->mutable_target_state());
  if (!encoded.ok()) AddBroken(encoded.error(), response->mutable_diagnostics());
}

}  // namespace provider::plugin
