// Destructions that a provider wants to be asked about: it may warn of them, refuse them, or note for the
// apply what it will need then. All of a provider in one batch.
#include <algorithm>

#include "engine/run/identity.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"

namespace engine::run {

using changes::Action;

void Planner::AskAboutDestructions() {
  struct Batch {
    std::vector<size_t> changes;
    std::vector<provider::api::PlanRequest> requests;
  };
  std::map<Provider*, Batch> batches;
  for (size_t index = 0; index < plan_.resources.size(); ++index) {
    const changes::ResourceChange& change = plan_.resources[index];
    Provider* provider = change.action == Action::kDelete ? providers_.Configured(change.provider) : nullptr;
    if (!provider || !provider->PlansDestroy()) continue;
    Batch& batch = batches[provider];
    batch.changes.push_back(index);
    const Value nothing = Value::Null(change.before.type());
    provider::api::PlanRequest request{.type = change.address.resource.type,
                                       .prior = change.before.UnmarkedDeep(),
                                       .proposed = nothing,
                                       .config = nothing,
                                       .private_data = change.private_data};
    if (const state::ObjectPtr stored = previous_->FindObject(change.address, change.deposed))
      request.prior_identity = IdentityOf(*stored, change.address.resource.type, *provider);
    batch.requests.push_back(std::move(request));
  }
  std::vector<size_t> refused;
  for (auto& [provider, batch] : batches) {
    std::vector<provider::api::PlanResponse> responses(batch.requests.size());
    provider->Plan(
        batch.requests,
        [&](size_t index, provider::api::PlanResponse response) { responses[index] = std::move(response); },
        context_.stop);
    for (size_t index = 0; index < responses.size(); ++index) {
      provider::api::PlanResponse& response = responses[index];
      changes::ResourceChange& change = plan_.resources[batch.changes[index]];
      const std::string address = change.address.ToString();
      const ResourceRun* run = FindRun(change.address.module, change.address.resource);
      AppendProviderDiagnostics(response.diagnostics, BlockSource(run ? run->config : nullptr), address,
                                diagnostics_);
      bool ok = !provider::api::HasErrors(response.diagnostics);
      if (ok && response.deferred) {
        AddDeferredError(
            change.provider.provider, BlockSource(run ? run->config : nullptr), [&] { return address; },
            diagnostics_);
        ok = false;
      }
      if (ok && !response.planned.IsNull()) {
        diagnostics_.Error(
            "Provider produced invalid plan",
            fmt::format("Provider {} planned that something of {} is left after it was destroyed. This is a "
                        "bug in the provider.",
                        change.provider.provider.ForDisplay(), address));
        ok = false;
      }
      if (ok)
        change.private_data = std::move(response.private_data);
      else
        refused.push_back(batch.changes[index]);
    }
  }
  std::sort(refused.rbegin(), refused.rend());
  for (size_t index : refused)
    plan_.resources.erase(plan_.resources.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace engine::run
