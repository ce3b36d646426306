// Data sources: read while planning where their configuration is known and nothing that they wait for will
// change, else planned to be read during apply.
#include "engine/run/conditions.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/objects.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"
#include "language/schema/proposed.h"

namespace engine::run {

using changes::Action;
using changes::ActionReason;
using graph::NodeId;

struct Planner::DataWork : InstanceWork {
  Value config;
  std::vector<std::pair<language::value::Path, language::value::Marks>> config_marks;
};

void Planner::ReadData(const std::vector<NodeId>& ids) {
  std::vector<DataWork> works;
  for (NodeId id : ids)
    for (ModuleScope* scope : RunnableScopes(id)) CollectData(id, *scope, works);
  struct Batch {
    std::vector<DataWork*> works;
    std::vector<provider::api::ReadDataRequest> requests;
    std::vector<std::string> addresses;
  };
  std::map<Provider*, Batch> batches;
  for (DataWork& work : works) {
    if (!PrepareData(work)) continue;
    if (!work.config.IsWhollyKnown() || IsPending(work)) {
      DeferData(work);
      continue;
    }
    Batch& batch = batches[work.provider];
    batch.works.push_back(&work);
    batch.requests.push_back(
        {.type = work.resource->address.type, .config = work.config, .provider_meta = work.provider_meta});
    batch.addresses.push_back(work.Address().ToString());
    context_.hooks->ReadingData(work.Address());
  }
  for (auto& [provider, batch] : batches) {
    for (size_t index = 0; index < batch.requests.size(); ++index)
      batch.requests[index].address = batch.addresses[index];
    auto start = std::chrono::steady_clock::now();
    std::mutex mutex;
    std::vector<provider::api::ReadDataResponse> responses(batch.requests.size());
    provider->ReadData(
        batch.requests,
        [&](size_t index, provider::api::ReadDataResponse response) {
          std::lock_guard lock(mutex);
          const DataWork& work = *batch.works[index];
          if (!provider::api::HasErrors(response.diagnostics))
            context_.hooks->DataRead(work.Address(),
                                     std::chrono::duration_cast<std::chrono::milliseconds>(
                                         std::chrono::steady_clock::now() - start),
                                     language::schema::MarkSensitive(work.schema->block, response.state)
                                         .MarkedAt(work.config_marks));
          else
            context_.hooks->ApplyFailed(work.Address(), {});
          responses[index] = std::move(response);
        },
        context_.stop);
    for (size_t index = 0; index < responses.size(); ++index)
      TakeData(*batch.works[index], std::move(responses[index]));
  }
}

// Whether anything that it must wait for will change, sister instances of its module left aside.
bool Planner::IsPending(const DataWork& work) const {
  if (changing_.empty()) return false;
  for (NodeId dependency : graph_->DataDependencies(work.node)) {
    auto found = changing_.find(dependency);
    if (found == changing_.end()) continue;
    if (found->second.contains(work.scope->path())) return true;
    for (const ModuleInstance& module : found->second)
      if (FailureConcerns(module, work.scope->path())) return true;
  }
  return false;
}

void Planner::CollectData(NodeId id, ModuleScope& scope, std::vector<DataWork>& works) {
  std::optional<std::vector<InstanceWork>> instances = CollectInstances(id, scope);
  if (!instances) return;
  for (InstanceWork& instance : *instances)
    if (!targeting_.active() || targeting_.Keeps(id, instance.Address()))
      works.push_back({std::move(instance)});
}

bool Planner::PrepareData(DataWork& work) {
  Value each = work.each_value();
  InstanceScope scope(*work.scope, work.values->expansion.repetition, work.key(), each);
  Diagnostics own;
  std::string address = work.Address().ToString();
  bool ok = CheckResource(work.resource->lifecycle.preconditions, "Resource precondition failed",
                          work.Address(), scope);
  if (ok) {
    Diagnostics decoding;
    Value value =
        language::eval::DecodeBody(*work.resource->body.file, *work.resource->body.body, work.schema->block,
                                   scope, kResourceMetaArguments, kResourceMetaBlocks, decoding);
    work.config = value.UnmarkedDeep(&work.config_marks);
    ok = !decoding.HasErrors();
    diagnostics_.Append(std::move(decoding));
    ok = ok && RejectEphemeral(work.config_marks, work.schema->block, *work.resource, own);
  }
  if (ok) {
    provider::api::ProviderDiagnostics list =
        work.provider->ValidateDataSource(work.resource->address.type, work.config);
    AppendProviderDiagnostics(list, BlockSource(work.resource), address, own);
    ok = !provider::api::HasErrors(list);
  }
  own.SetAddress(address);
  diagnostics_.Append(std::move(own));
  if (!ok) failures_.Add(work.node, work.scope);
  return ok;
}

void Planner::DeferData(DataWork& work) {
  bool known = work.config.IsWhollyKnown();
  Value after = language::schema::PlannedDataObject(work.schema->block, work.config);
  after = language::schema::MarkSensitive(work.schema->block, after).MarkedAt(work.config_marks);
  if (options_.mode != changes::Mode::kNormal) {
    // Nothing is read later: what the state has stands in, and stays.
    state::ObjectPtr stored = previous_->FindObject(work.Address());
    auto value = stored ? stored->Decode(work.schema->block.implied_type()) : base::core::Error("");
    work.values->Set(work.index,
                     value.ok() ? MarkedBefore(*value, stored.get(), work.schema->block) : std::move(after));
    return;
  }
  work.values->Set(work.index, after);
  changing_[work.node].insert(work.scope->path());
  PlanRead(work,
           known ? ActionReason::kReadBecauseDependencyPending : ActionReason::kReadBecauseConfigUnknown,
           std::move(after));
}

void Planner::PlanRead(const DataWork& work, ActionReason reason, Value after) {
  changes::ResourceChange change{.address = work.Address(),
                                 .provider = work.resource->provider,
                                 .action = Action::kRead,
                                 .reason = reason};
  change.before = Value::Null(work.schema->block.implied_type());
  change.after = std::move(after);
  plan_.resources.push_back(std::move(change));
}

void Planner::TakeData(DataWork& work, provider::api::ReadDataResponse response) {
  std::string address = work.Address().ToString();
  bool nested = !work.resource->check.empty();
  Diagnostics own;
  AppendProviderDiagnostics(response.diagnostics, BlockSource(work.resource), address, own);
  bool ok = !provider::api::HasErrors(response.diagnostics);
  if (ok && response.deferred) {
    AddDeferredError(
        work.resource->provider.provider, BlockSource(work.resource), [&] { return address; }, own);
    ok = false;
  }
  if (ok && response.state.IsNull()) {
    own.Error("Provider produced null object",
              fmt::format("Provider {} returned nothing for {}.",
                          work.resource->provider.provider.ForDisplay(), address));
    ok = false;
  }
  ok = ok && CheckRead(
                 work.resource->provider.provider, work.schema->block, response.state,
                 [&] { return address; }, own);
  if (nested) FailCheck(work.resource->check, work.scope->path(), checks_, own);
  diagnostics_.Append(std::move(own));
  // What check blocks read is read again when there is something to apply.
  bool again = nested && options_.mode == changes::Mode::kNormal;
  if (!ok) {
    failures_.Add(work.node, work.scope);
    if (again) {
      Value after = language::schema::PlannedDataObject(work.schema->block, work.config);
      PlanRead(work, ActionReason::kReadBecauseCheckNested,
               language::schema::MarkSensitive(work.schema->block, after).MarkedAt(work.config_marks));
    }
    return;
  }
  Value marked =
      language::schema::MarkSensitive(work.schema->block, response.state).MarkedAt(work.config_marks);
  work.values->Set(work.index, marked);
  data_objects_.emplace_back(work.Address(),
                             MakeObject(response.state, marked, *work.schema, {}, nullptr, nullptr));
  data_providers_[work.Address()] = work.resource->provider;
  if (again) PlanRead(work, ActionReason::kReadBecauseCheckNested, marked);
  Value each = work.each_value();
  InstanceScope scope(*work.scope, work.values->expansion.repetition, work.key(), each, &marked);
  if (!CheckResource(work.resource->lifecycle.postconditions, "Resource postcondition failed", work.Address(),
                     scope))
    failures_.Add(work.node, work.scope);
}

}  // namespace engine::run
