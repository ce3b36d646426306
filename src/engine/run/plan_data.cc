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

struct Planner::DataWork {
  NodeId node = graph::kNoNode;
  const config::Resource* resource = nullptr;
  const ResourceSchema* schema = nullptr;
  Provider* provider = nullptr;
  ModuleScope* scope = nullptr;
  ResourceValues* values = nullptr;
  size_t index = 0;
  Value config;
  std::vector<std::pair<language::value::Path, language::value::Marks>> config_marks;

  const InstanceKey& key() const { return values->expansion.keys[index]; }
  ResourceInstance Address() const { return {scope->path(), resource->address, key()}; }
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
    bool pending = false;
    for (NodeId dependency : graph_->DataDependencies(work.node))
      pending = pending || changing_.contains(dependency);
    if (pending || !work.config.IsWhollyKnown()) {
      DeferData(work);
      continue;
    }
    Batch& batch = batches[work.provider];
    batch.works.push_back(&work);
    batch.requests.push_back({work.resource->address.type, work.config, {}});
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
          if (!provider::api::HasErrors(response.diagnostics))
            context_.hooks->DataRead(batch.works[index]->Address(),
                                     std::chrono::duration_cast<std::chrono::milliseconds>(
                                         std::chrono::steady_clock::now() - start),
                                     response.state);
          responses[index] = std::move(response);
        },
        context_.stop);
    for (size_t index = 0; index < responses.size(); ++index)
      TakeData(*batch.works[index], std::move(responses[index]));
  }
}

void Planner::CollectData(NodeId id, ModuleScope& scope, std::vector<DataWork>& works) {
  const config::Resource& resource = *graph_->node(id).resource;
  std::string address = language::address::ModuleResource{scope.path(), resource.address}.ToString();
  std::optional<Expansion> expansion =
      Expand(resource.count, resource.for_each, scope, Phase::kPlan, address, diagnostics_);
  Provider* provider = providers_.Configured(resource.provider);
  const ResourceSchema* schema = provider ? provider->FindDataSource(resource.address.type) : nullptr;
  if (!expansion || !schema) {
    failures_.Add(id, &scope);
    return;
  }
  ResourceValues& values = scope.Values(resource.address.ToString());
  values.expansion = std::move(*expansion);
  values.values.assign(values.expansion.keys.size(), Value::DynamicUnknown());
  values.expanded = true;
  for (size_t index = 0; index < values.expansion.keys.size(); ++index)
    works.push_back({.node = id,
                     .resource = &resource,
                     .schema = schema,
                     .provider = provider,
                     .scope = &scope,
                     .values = &values,
                     .index = index});
}

bool Planner::PrepareData(DataWork& work) {
  Value each =
      work.values->expansion.each_values.empty() ? Value() : work.values->expansion.each_values[work.index];
  InstanceScope scope(*work.scope, work.values->expansion.repetition, work.key(), each);
  Diagnostics own;
  std::string address = work.Address().ToString();
  bool ok = CheckConditions(work.resource->lifecycle.preconditions, "Resource precondition failed", scope,
                            base::diag::Severity::kError, address, own);
  if (ok) {
    Value value =
        language::eval::DecodeBody(*work.resource->body.file, *work.resource->body.body, work.schema->block,
                                   scope, kResourceMetaArguments, kResourceMetaBlocks, own);
    work.config = value.UnmarkedDeep(&work.config_marks);
    ok = !own.HasErrors() && RejectEphemeral(work.config_marks, *work.resource, own);
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
  changing_.insert(work.node);
  changes::ResourceChange change{.address = work.Address(),
                                 .provider = work.resource->provider,
                                 .action = Action::kRead,
                                 .reason = known ? ActionReason::kReadBecauseDependencyPending
                                                 : ActionReason::kReadBecauseConfigUnknown};
  change.before = Value::Null(work.schema->block.implied_type());
  change.after = std::move(after);
  plan_.resources.push_back(std::move(change));
}

void Planner::TakeData(DataWork& work, provider::api::ReadDataResponse response) {
  std::string address = work.Address().ToString();
  AppendProviderDiagnostics(response.diagnostics, BlockSource(work.resource), address, diagnostics_);
  bool ok = !provider::api::HasErrors(response.diagnostics);
  if (ok && response.state.IsNull()) {
    diagnostics_.Error("Provider produced null object",
                       fmt::format("Provider {} returned nothing for {}.",
                                   work.resource->provider.provider.ForDisplay(), address));
    ok = false;
  }
  ok = ok && CheckRead(
                 work.resource->provider.provider, work.schema->block, response.state,
                 [&] { return address; }, diagnostics_);
  if (!ok) {
    failures_.Add(work.node, work.scope);
    return;
  }
  Value marked =
      language::schema::MarkSensitive(work.schema->block, response.state).MarkedAt(work.config_marks);
  work.values->Set(work.index, marked);
  data_objects_.emplace_back(work.Address(),
                             MakeObject(response.state, marked, *work.schema, {}, nullptr, nullptr));
  data_providers_[work.Address()] = work.resource->provider;
  Value each =
      work.values->expansion.each_values.empty() ? Value() : work.values->expansion.each_values[work.index];
  InstanceScope scope(*work.scope, work.values->expansion.repetition, work.key(), each, &marked);
  if (!CheckConditions(work.resource->lifecycle.postconditions, "Resource postcondition failed", scope,
                       base::diag::Severity::kError, address, diagnostics_))
    failures_.Add(work.node, work.scope);
}

}  // namespace engine::run
