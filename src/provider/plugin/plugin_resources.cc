// The life of managed resources, a call for each object.
#include <fmt/format.h>

#include "base/json/reader.h"
#include "provider/plugin/plugin_call.h"

namespace provider::plugin {

using base::core::Result;

namespace {

ProviderDiagnostics UnknownType(std::string_view type) {
  return Failure("Unknown resource type",
                 fmt::format("The plugin does not know resources of type {}.", type));
}

// Attributes as a state file holds them: JSON, or the flat texts of ancient states.
Result<void> EncodeRawState(std::string_view json, bool flat, tfplugin6::RawState* message) {
  if (!flat) {
    message->set_json(std::string(json));
    return {};
  }
  ASSIGN_OR_RETURN(const base::json::Document document, base::json::Document::Parse(json));
  if (!document.root().IsObject()) return base::core::Error("the flat attributes are no object");
  for (const base::json::Member member : document.root().Members()) {
    const base::json::Node value = member.value;
    (*message->mutable_flatmap())[member.key()] =
        value.IsString() ? value.AsString() : std::string(value.raw());
  }
  return {};
}

}  // namespace

bool PluginProvider::HasIdentity(std::string_view type, const Value& identity) const {
  return !identity.IsNull() && FindIdentity(type) != nullptr;
}

void PluginProvider::Read(std::span<const api::ReadRequest> requests,
                          const api::Sink<api::ReadResponse>& sink, std::stop_token stop) {
  EachRequest(requests, sink, std::move(stop), &PluginProvider::ReadOne);
}

void PluginProvider::Plan(std::span<const api::PlanRequest> requests,
                          const api::Sink<api::PlanResponse>& sink, std::stop_token stop) {
  EachRequest(requests, sink, std::move(stop), &PluginProvider::PlanOne);
}

void PluginProvider::Apply(std::span<const api::ApplyRequest> requests,
                           const api::Sink<api::ApplyResponse>& sink, std::stop_token stop) {
  EachRequest(requests, sink, std::move(stop), &PluginProvider::ApplyOne);
}

api::ReadResponse PluginProvider::ReadOne(const api::ReadRequest& request) {
  const Method& method = methods::kReadResource;
  api::ReadResponse result{.state = request.prior,
                           .private_data = std::string(request.private_data),
                           .identity = request.identity};
  const api::ResourceSchema* schema = FindResource(request.type);
  if (!schema) return {.diagnostics = UnknownType(request.type)};
  Type type = schema->block.implied_type();
  tfplugin6::ReadResourceRequest message;
  tfplugin6::ReadResourceResponse answer;
  message.set_type_name(std::string(request.type));
  message.set_private_(std::string(request.private_data));
  message.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  auto encode = [&]() -> Result<void> {
    RETURN_IF_ERROR(EncodeValue(request.prior, type, message.mutable_current_state()));
    if (HasIdentity(request.type, request.identity))
      RETURN_IF_ERROR(EncodeIdentity(request.type, request.identity, message.mutable_current_identity()));
    if (MetaSchema()) RETURN_IF_ERROR(EncodeMeta(request.provider_meta, message.mutable_provider_meta()));
    return {};
  };
  if (!Ask(method, encode(), message, &answer, &result.diagnostics)) return result;
  Value state, identity;
  bool understood = Take(method, DecodeValue(answer.new_state(), type), &state, &result.diagnostics);
  understood =
      Take(method, DecodeIdentity(request.type, answer.new_identity()), &identity, &result.diagnostics) &&
      understood;
  if (!understood) return result;
  result.state = std::move(state);
  result.identity = std::move(identity);
  result.private_data = answer.private_();
  result.deferred = DecodeDeferred(answer.has_deferred(), answer.deferred());
  return result;
}

api::PlanResponse PluginProvider::PlanOne(const api::PlanRequest& request) {
  const Method& method = methods::kPlanResourceChange;
  const api::ResourceSchema* schema = FindResource(request.type);
  if (!schema) return {.diagnostics = UnknownType(request.type)};
  Type type = schema->block.implied_type();
  if (request.proposed.IsNull() && !catalog_->plans_destroy())
    return {.planned = Value::Null(type),
            .private_data = std::string(request.private_data),
            .planned_identity = request.prior_identity};
  tfplugin6::PlanResourceChangeRequest message;
  tfplugin6::PlanResourceChangeResponse answer;
  message.set_type_name(std::string(request.type));
  message.set_prior_private(std::string(request.private_data));
  message.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  auto encode = [&]() -> Result<void> {
    RETURN_IF_ERROR(EncodeValue(request.prior, type, message.mutable_prior_state()));
    RETURN_IF_ERROR(EncodeValue(request.proposed, type, message.mutable_proposed_new_state()));
    RETURN_IF_ERROR(EncodeValue(request.config, type, message.mutable_config()));
    if (HasIdentity(request.type, request.prior_identity))
      RETURN_IF_ERROR(EncodeIdentity(request.type, request.prior_identity, message.mutable_prior_identity()));
    if (MetaSchema()) RETURN_IF_ERROR(EncodeMeta(request.provider_meta, message.mutable_provider_meta()));
    return {};
  };
  api::PlanResponse result;
  if (!Ask(method, encode(), message, &answer, &result.diagnostics)) return result;
  bool understood =
      Take(method, DecodeValue(answer.planned_state(), type), &result.planned, &result.diagnostics);
  understood = Take(method, DecodeIdentity(request.type, answer.planned_identity()), &result.planned_identity,
                    &result.diagnostics) &&
               understood;
  if (!understood) return result;
  for (const tfplugin6::AttributePath& path : answer.requires_replace())
    result.requires_replace.push_back(DecodePath(path));
  result.private_data = answer.planned_private();
  result.legacy_type_system = answer.legacy_type_system();
  result.deferred = DecodeDeferred(answer.has_deferred(), answer.deferred());
  return result;
}

api::ApplyResponse PluginProvider::ApplyOne(const api::ApplyRequest& request) {
  const Method& method = methods::kApplyResourceChange;
  const api::ResourceSchema* schema = FindResource(request.type);
  if (!schema) return {.state = request.prior, .diagnostics = UnknownType(request.type)};
  Type type = schema->block.implied_type();
  // Whatever goes wrong: what was there before is not forgotten.
  api::ApplyResponse result{.state = request.prior,
                            .private_data = std::string(request.private_data),
                            .identity = request.planned_identity};
  tfplugin6::ApplyResourceChangeRequest message;
  tfplugin6::ApplyResourceChangeResponse answer;
  message.set_type_name(std::string(request.type));
  message.set_planned_private(std::string(request.private_data));
  auto encode = [&]() -> Result<void> {
    RETURN_IF_ERROR(EncodeValue(request.prior, type, message.mutable_prior_state()));
    RETURN_IF_ERROR(EncodeValue(request.planned, type, message.mutable_planned_state()));
    RETURN_IF_ERROR(EncodeValue(request.config, type, message.mutable_config()));
    if (HasIdentity(request.type, request.planned_identity))
      RETURN_IF_ERROR(
          EncodeIdentity(request.type, request.planned_identity, message.mutable_planned_identity()));
    if (MetaSchema()) RETURN_IF_ERROR(EncodeMeta(request.provider_meta, message.mutable_provider_meta()));
    return {};
  };
  const bool done = Ask(method, encode(), message, &answer, &result.diagnostics);
  result.legacy_type_system = answer.legacy_type_system();
  // A failed change may have made something all the same; without a word about it, all is as it was.
  if (!done && answer.new_state().msgpack().empty() && answer.new_state().json().empty()) return result;
  if (!Take(method, DecodeValue(answer.new_state(), type), &result.state, &result.diagnostics)) return result;
  result.private_data = answer.private_();
  Take(method, DecodeIdentity(request.type, answer.new_identity()), &result.identity, &result.diagnostics);
  return result;
}

api::UpgradeResponse PluginProvider::Upgrade(std::string_view type, int64_t version, std::string_view json) {
  return UpgradeOne({.type = type, .version = version, .json = std::string(json)});
}

void PluginProvider::UpgradeAll(std::span<const api::UpgradeRequest> requests,
                                const api::Sink<api::UpgradeResponse>& sink, std::stop_token stop) {
  EachRequest(requests, sink, std::move(stop), &PluginProvider::UpgradeOne);
}

api::UpgradeResponse PluginProvider::UpgradeOne(const api::UpgradeRequest& request) {
  const Method& method = methods::kUpgradeResourceState;
  const api::ResourceSchema* schema = FindResource(request.type);
  if (!schema) return {.diagnostics = UnknownType(request.type)};
  tfplugin6::UpgradeResourceStateRequest message;
  tfplugin6::UpgradeResourceStateResponse answer;
  message.set_type_name(std::string(request.type));
  message.set_version(request.version);
  api::UpgradeResponse result;
  if (!Ask(method, EncodeRawState(request.json, request.flat, message.mutable_raw_state()), message, &answer,
           &result.diagnostics))
    return result;
  Take(method, DecodeValue(answer.upgraded_state(), schema->block.implied_type()), &result.state,
       &result.diagnostics);
  return result;
}

api::IdentityResponse PluginProvider::UpgradeIdentity(std::string_view type, int64_t version,
                                                      std::string_view json) {
  const Method& method = methods::kUpgradeResourceIdentity;
  tfplugin6::UpgradeResourceIdentityRequest message;
  tfplugin6::UpgradeResourceIdentityResponse answer;
  message.set_type_name(std::string(type));
  message.set_version(version);
  api::IdentityResponse result;
  if (!Ask(method, EncodeRawState(json, false, message.mutable_raw_identity()), message, &answer,
           &result.diagnostics))
    return result;
  Take(method, DecodeIdentity(type, answer.upgraded_identity()), &result.identity, &result.diagnostics);
  return result;
}

void PluginProvider::ImportAll(std::span<const api::ImportRequest> requests,
                               const api::Sink<api::ImportResponse>& sink, std::stop_token stop) {
  EachRequest(requests, sink, std::move(stop), &PluginProvider::Import);
}

api::ImportResponse PluginProvider::Import(const api::ImportRequest& request) {
  const Method& method = methods::kImportResourceState;
  tfplugin6::ImportResourceStateRequest message;
  tfplugin6::ImportResourceStateResponse answer;
  message.set_type_name(std::string(request.type));
  message.set_id(std::string(request.id));
  message.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  Result<void> encoded;
  if (!request.identity.IsNull())
    encoded = EncodeIdentity(request.type, request.identity, message.mutable_identity());
  api::ImportResponse result;
  if (!Ask(method, encoded, message, &answer, &result.diagnostics)) return result;
  result.deferred = DecodeDeferred(answer.has_deferred(), answer.deferred());
  for (const auto& imported : answer.imported_resources()) {
    const api::ResourceSchema* schema = FindResource(imported.type_name());
    if (!schema) {
      Append(UnknownType(imported.type_name()), &result.diagnostics);
      continue;
    }
    api::ImportedObject object{.type = imported.type_name(), .private_data = imported.private_()};
    bool understood = Take(method, DecodeValue(imported.state(), schema->block.implied_type()), &object.state,
                           &result.diagnostics);
    understood = Take(method, DecodeIdentity(imported.type_name(), imported.identity()), &object.identity,
                      &result.diagnostics) &&
                 understood;
    if (understood) result.objects.push_back(std::move(object));
  }
  return result;
}

api::MoveResponse PluginProvider::Move(const api::MoveRequest& request) {
  const Method& method = methods::kMoveResourceState;
  const api::ResourceSchema* schema = FindResource(request.target_type);
  if (!schema) return {.diagnostics = UnknownType(request.target_type)};
  tfplugin6::MoveResourceStateRequest message;
  tfplugin6::MoveResourceStateResponse answer;
  message.set_source_provider_address(std::string(request.source_provider));
  message.set_source_type_name(std::string(request.source_type));
  message.set_source_schema_version(request.source_version);
  message.set_source_private(std::string(request.source_private_data));
  if (!request.source_identity_json.empty()) {
    message.mutable_source_identity()->set_json(std::string(request.source_identity_json));
    message.set_source_identity_schema_version(request.source_identity_version);
  }
  message.set_target_type_name(std::string(request.target_type));
  api::MoveResponse result;
  if (!Ask(method, EncodeRawState(request.source_json, request.source_flat, message.mutable_source_state()),
           message, &answer, &result.diagnostics))
    return result;
  Take(method, DecodeValue(answer.target_state(), schema->block.implied_type()), &result.state,
       &result.diagnostics);
  Take(method, DecodeIdentity(request.target_type, answer.target_identity()), &result.identity,
       &result.diagnostics);
  result.private_data = answer.target_private();
  return result;
}

void PluginProvider::FindCreated(std::span<const api::FindCreatedRequest> requests,
                                 const api::Sink<api::FindCreatedResponse>& sink, std::stop_token) {
  for (size_t index = 0; index < requests.size(); ++index) sink(index, {});
}

api::Forecast PluginProvider::ForecastChanges(std::span<const api::PlannedChange> changes) {
  return {.calls = static_cast<int64_t>(changes.size())};
}

}  // namespace provider::plugin
