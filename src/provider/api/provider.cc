#include "provider/api/provider.h"

namespace provider::api {

bool HasErrors(const ProviderDiagnostics& diagnostics) {
  for (const ProviderDiagnostic& diagnostic : diagnostics)
    if (diagnostic.severity == base::diag::Severity::kError) return true;
  return false;
}

namespace {

ProviderDiagnostics Unsupported(std::string_view what, std::string_view type) {
  return {{.summary = "Unsupported by the provider",
           .detail =
               std::string("The provider has no ") + std::string(what) + " for " + std::string(type) + "."}};
}

}  // namespace

void Provider::UpgradeAll(std::span<const UpgradeRequest> requests, const Sink<UpgradeResponse>& sink,
                          std::stop_token) {
  for (size_t index = 0; index < requests.size(); ++index)
    sink(index, Upgrade(requests[index].type, requests[index].version, requests[index].json));
}

void Provider::ImportAll(std::span<const ImportRequest> requests, const Sink<ImportResponse>& sink,
                         std::stop_token) {
  for (size_t index = 0; index < requests.size(); ++index) sink(index, Import(requests[index]));
}

MoveResponse Provider::Move(const MoveRequest& request) {
  return {.diagnostics = Unsupported("moves from other resource types", request.target_type)};
}

const IdentitySchema* Provider::FindIdentity(std::string_view) const { return nullptr; }

IdentityResponse Provider::UpgradeIdentity(std::string_view type, int64_t, std::string_view) {
  return {.diagnostics = Unsupported("identity", type)};
}

const Block* Provider::FindEphemeral(std::string_view) const { return nullptr; }

ProviderDiagnostics Provider::ValidateEphemeral(std::string_view type, const Value&) {
  return Unsupported("ephemeral resource", type);
}

OpenResponse Provider::Open(const OpenRequest& request, std::stop_token) {
  return {.diagnostics = Unsupported("ephemeral resource", request.type)};
}

RenewResponse Provider::Renew(std::string_view type, std::string_view) {
  return {.diagnostics = Unsupported("ephemeral resource", type)};
}

ProviderDiagnostics Provider::Close(std::string_view type, std::string_view) {
  return Unsupported("ephemeral resource", type);
}

const Block* Provider::FindList(std::string_view) const { return nullptr; }

ProviderDiagnostics Provider::ValidateList(const ListRequest& request) {
  return Unsupported("list", request.type);
}

ProviderDiagnostics Provider::List(const ListRequest& request, const ListSink&, std::stop_token) {
  return Unsupported("list", request.type);
}

}  // namespace provider::api
