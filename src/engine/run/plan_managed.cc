// Planning of managed resource instances, in the order of steps that the reference keeps (validate,
// ignore_changes, proposed value, provider's plan, checks, action, replacement).
#include <algorithm>

#include "engine/run/conditions.h"
#include "engine/run/ignore_changes.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/run/provider_meta.h"
#include "engine/run/static_checks.h"
#include "language/schema/proposed.h"

namespace engine::run {

using changes::Action;
using changes::ActionReason;
using changes::Mode;
using graph::NodeId;
using language::value::Marks;
using language::value::Path;

// As many instances as are worked on at once: bounds the memory of a plan of 100,000.
constexpr size_t kChunk = 4096;

std::optional<std::vector<InstanceWork>> Planner::CollectInstances(NodeId id, ModuleScope& scope) {
  const config::Resource& resource = *graph_->node(id).resource;
  std::optional<Expansion> expansion = ExpandResource(scope, resource, Phase::kPlan, diagnostics_);
  Provider* provider = providers_.Configured(resource.provider);
  const ResourceSchema* schema = provider ? FindSchema(*provider, resource.address) : nullptr;
  std::optional<Value> meta =
      provider ? EvaluateProviderMeta(*scope.node().module, resource, *provider, scope, diagnostics_)
               : std::nullopt;
  if (!expansion || !schema || !meta) {
    failures_.Add(id, &scope);
    return std::nullopt;
  }
  ResourceValues& values = scope.Expanded(resource.address.ToString(), std::move(*expansion));
  std::vector<InstanceWork> works(values.expansion.keys.size(), {.node = id,
                                                                 .resource = &resource,
                                                                 .schema = schema,
                                                                 .provider = provider,
                                                                 .scope = &scope,
                                                                 .values = &values,
                                                                 .provider_meta = *meta});
  for (size_t index = 0; index < works.size(); ++index) works[index].index = index;
  return works;
}

namespace {

// Whether all imports into the resource in this module instance have an instance to go to.
bool CheckImportTargets(const std::map<ResourceInstance, PendingImport>& imports, const ModuleScope& scope,
                        const config::Resource& resource, const std::vector<InstanceKey>& keys,
                        Diagnostics& diagnostics) {
  bool ok = true;
  for (auto at = imports.lower_bound({scope.path(), resource.address, {}});
       at != imports.end() && at->first.module == scope.path() && at->first.resource == resource.address;
       ++at) {
    if (std::binary_search(keys.begin(), keys.end(), at->first.key)) continue;
    AddMissingImportTarget(at->first, diagnostics);
    ok = false;
  }
  return ok;
}

}  // namespace

void Planner::CollectManaged(NodeId id, ModuleScope& scope, std::vector<ManagedWork>& works) {
  const config::Resource& resource = *graph_->node(id).resource;
  std::optional<std::vector<InstanceWork>> instances_here = CollectInstances(id, scope);
  if (!instances_here) return;
  ResourceRun* run = FindRun(scope.path(), resource.address);
  const Expansion& expansion = scope.Values(resource.address.ToString()).expansion;
  if (!imports_.empty() && !CheckImportTargets(imports_, scope, resource, expansion.keys, diagnostics_)) {
    failures_.Add(id, &scope);
    return;
  }
  if (!options_.replace.empty() && expansion.repetition != Repetition::kNone)
    WarnOfKeylessReplace(scope, resource, expansion.keys);
  if (options_.mode == Mode::kRefreshOnly && expansion.repetition != Repetition::kNone)
    ShowStored(scope, resource, expansion.repetition, run);
  for (InstanceWork& instance : *instances_here) {
    ManagedWork work{std::move(instance)};
    const size_t index = work.index;
    if (run) {
      const std::vector<state::Instance>& instances = run->state->instances;
      const InstanceKey& key = work.key();
      // Keys mostly run in step with the stored ones.
      size_t position = index < instances.size() && instances[index].key == key
                            ? index
                            : static_cast<size_t>(std::lower_bound(
                                                      instances.begin(), instances.end(), key,
                                                      [](const state::Instance& instance,
                                                         const InstanceKey& k) { return instance.key < k; }) -
                                                  instances.begin());
      if (position < instances.size() && instances[position].key == key) {
        run->current[position].planned = true;
        if (run->current[position].object) work.run = &run->current[position];
      }
    }
    if (!work.run && !new_objects_.empty()) {
      auto adopted = new_objects_.find(work.Address());
      if (adopted != new_objects_.end()) work.run = adopted->second.get();
    }
    if (targeting_.active() && !targeting_.Keeps(id, work.Address())) {
      TakeAsStored(work);
      continue;
    }
    works.push_back(std::move(work));
  }
}

// Where nothing is planned, a resource with several instances is what the state has of it, whatever the
// configuration asks for by now.
void Planner::ShowStored(ModuleScope& scope, const config::Resource& resource, Repetition repetition,
                         const ResourceRun* run) const {
  ResourceValues shown{.expansion = {.repetition = repetition}, .expanded = true};
  const size_t stored = run && run->schema ? run->current.size() : 0;
  for (size_t index = 0; index < stored; ++index) {
    const ObjectRun& object = run->current[index];
    const InstanceKey& key = run->state->instances[index].key;
    if (!object.object || object.failed || object.refreshed.IsNull()) continue;
    if (repetition == Repetition::kCount ? !key.IsInt() : !key.IsString()) continue;
    while (repetition == Repetition::kCount && key.AsInt() > static_cast<int64_t>(shown.values.size())) {
      shown.expansion.keys.emplace_back(static_cast<int64_t>(shown.values.size()));
      shown.values.push_back(Value::Unknown(run->schema->block.implied_type()));
    }
    shown.expansion.keys.push_back(key);
    shown.values.push_back(MarkedBefore(object.refreshed, object.object.get(), run->schema->block));
  }
  scope.ShowInstead(resource.address.ToString(), std::move(shown));
}

// An instance that the run leaves out: others see what the state has of it.
void Planner::TakeAsStored(const ManagedWork& work) {
  if (work.run && work.run->object && !work.run->failed && !work.run->before.IsNull())
    work.values->Set(work.index, MarkedBefore(work.run->before, work.run->object.get(), work.schema->block));
  else
    work.values->Set(work.index, Value::Unknown(work.schema->block.implied_type()));
}

// -replace names instances: an address without a key is none where there are several.
void Planner::WarnOfKeylessReplace(const ModuleScope& scope, const config::Resource& resource,
                                   const std::vector<InstanceKey>& keys) {
  ResourceInstance whole{scope.path(), resource.address, {}};
  if (std::find(options_.replace.begin(), options_.replace.end(), whole) == options_.replace.end()) return;
  constexpr size_t kShown = 10;
  std::string list;
  for (size_t index = 0; index < std::min(keys.size(), kShown); ++index)
    list += fmt::format("\n  -replace='{}'",
                        ResourceInstance{scope.path(), resource.address, keys[index]}.ToString());
  if (keys.size() > kShown) list += "\n  ...";
  diagnostics_.Warning(
      "Incompletely-matched force-replace resource instance",
      fmt::format("{} has several instances, so that nothing is replaced by naming it without "
                  "a key. Its instances are named like this:{}",
                  whole.ToString(), list));
}

void Planner::PlanManaged(std::vector<ManagedWork>& works) {
  for (size_t first = 0; first < works.size(); first += kChunk)
    PlanChunk(std::span(works).subspan(first, std::min(kChunk, works.size() - first)));
}

void Planner::PlanChunk(std::span<ManagedWork> works) {
  std::map<Provider*, std::pair<std::vector<ManagedWork*>, std::vector<provider::api::PlanRequest>>>
      by_provider;
  if (!imports_.empty() && (options_.mode == Mode::kNormal || options_.import)) Import(works);
  for (ManagedWork& work : works) {
    provider::api::PlanRequest request;
    if (!Prepare(work, request)) continue;
    auto& [list, requests] = by_provider[work.provider];
    work.planned_here = true;
    list.push_back(&work);
    requests.push_back(std::move(request));
  }
  std::vector<ManagedWork*> replaced;
  for (auto& [provider, batch] : by_provider) {
    auto& [list, requests] = batch;
    std::vector<std::string> addresses;  // by these, tests know what they override
    if (context_.substitutes) {
      for (const ManagedWork* work : list) addresses.push_back(work->Address().ToString());
      for (size_t index = 0; index < requests.size(); ++index) requests[index].address = addresses[index];
    }
    std::vector<provider::api::PlanResponse> responses(requests.size());
    provider->Plan(
        requests,
        [&](size_t index, provider::api::PlanResponse response) { responses[index] = std::move(response); },
        context_.stop);
    for (size_t index = 0; index < list.size(); ++index) {
      TakePlanned(*list[index], std::move(responses[index]));
      if (!list[index]->failed && changes::IsReplace(list[index]->action)) replaced.push_back(list[index]);
    }
  }
  if (!replaced.empty()) PlanReplacements(replaced);
  for (ManagedWork& work : works)
    if (work.planned_here && !work.failed) Record(work);
}

void Planner::Fail(ManagedWork& work) {
  work.failed = true;
  failures_.Add(work.node, work.scope);
}

// False when there is nothing to ask the provider: failed, or the run only refreshes or destroys.
bool Planner::Prepare(ManagedWork& work, provider::api::PlanRequest& request) {
  language::value::Type type = work.schema->block.implied_type();
  if (work.failed || (work.run && work.run->failed)) {
    Fail(work);
    return false;
  }
  work.prior = work.run && work.run->object ? work.run->refreshed : Value::Null(type);
  if (work.importing) work.prior = work.run->refreshed;
  work.tainted = work.run && work.run->object && work.run->object->tainted && !work.prior.IsNull();
  if (options_.mode != Mode::kNormal) {
    work.values->Set(work.index,
                     work.prior.IsNull() || !work.run
                         ? language::schema::MarkSensitive(work.schema->block, Value::Unknown(type))
                         : MarkedBefore(work.prior, work.run->object.get(), work.schema->block));
    if (HasConditions(*work.resource)) CheckUnplanned(work);
    return false;
  }
  if (!EvaluateConfig(work)) {
    Fail(work);
    return false;
  }
  bool triggered = false;
  if (!TriggersReplacement(work, triggered)) {
    Fail(work);
    return false;
  }
  if (work.tainted) {
    work.forced = ActionReason::kReplaceBecauseTainted;
    work.prior = Value::Null(type);
  } else if (!work.prior.IsNull()) {
    if (!options_.replace.empty() && std::ranges::count(options_.replace, work.Address()))
      work.forced = ActionReason::kReplaceByRequest;
    else if (triggered)
      work.forced = ActionReason::kReplaceByTriggers;
  } else if (triggered) {
    work.forced = ActionReason::kReplaceByTriggers;
  }
  Value config = work.config;
  if (!work.prior.IsNull())
    config = ApplyIgnoreChanges(work.resource->lifecycle, work.schema->block, work.prior, config);
  request.type = work.resource->address.type;
  request.prior = work.prior;
  request.proposed = language::schema::ProposedNew(work.schema->block, work.prior, config);
  work.effective_config = config;
  request.config = std::move(config);
  request.provider_meta = work.provider_meta;
  if (work.run) {
    request.private_data = work.run->private_data;
    request.prior_identity = work.run->identity;
  }
  return true;
}

// Where nothing is planned, conditions speak of what is there.
void Planner::CheckUnplanned(const ManagedWork& work) {
  Value each = work.each_value();
  const Value& self = work.values->values[work.index];
  const config::Lifecycle& lifecycle = work.resource->lifecycle;
  CheckResource(lifecycle.preconditions, "Resource precondition failed", work.Address(),
                InstanceScope(*work.scope, work.values->expansion.repetition, work.key(), each));
  CheckResource(lifecycle.postconditions, "Resource postcondition failed", work.Address(),
                InstanceScope(*work.scope, work.values->expansion.repetition, work.key(), each, &self));
}

bool Planner::EvaluateConfig(ManagedWork& work) {
  const config::Resource& resource = *work.resource;
  Value each = work.each_value();
  InstanceScope scope(*work.scope, work.values->expansion.repetition, work.key(), each);
  Diagnostics own;
  bool ok = true;
  if (!resource.lifecycle.preconditions.empty())
    ok = CheckResource(resource.lifecycle.preconditions, "Resource precondition failed", work.Address(),
                       scope);
  if (ok) {
    // Mistakes in expressions are the configuration's, not the instance's: they carry no address.
    Diagnostics decoding;
    Value value = language::eval::DecodeBody(*resource.body.file, *resource.body.body, work.schema->block,
                                             scope, kResourceMetaArguments, kResourceMetaBlocks, decoding);
    ok = !decoding.HasErrors();
    diagnostics_.Append(std::move(decoding));
    if (value.HasMarksDeep()) {
      work.config = value.UnmarkedDeep(&work.config_marks);
      ok = RejectEphemeral(work.config_marks, work.schema->block, resource, own) && ok;
    } else {
      work.config = std::move(value);
    }
  }
  if (ok) {
    provider::api::ProviderDiagnostics list =
        work.provider->ValidateResource(resource.address.type, work.config);
    if (!list.empty()) {
      AppendProviderDiagnostics(list, BlockSource(&resource), work.Address().ToString(), own);
      ok = !provider::api::HasErrors(list);
    }
  }
  if (!own.empty()) {
    own.SetAddress(work.Address().ToString());
    diagnostics_.Append(std::move(own));
  }
  return ok;
}

void Planner::TakePlanned(ManagedWork& work, provider::api::PlanResponse response) {
  if (!response.diagnostics.empty()) {
    AppendProviderDiagnostics(response.diagnostics, BlockSource(work.resource), work.Address().ToString(),
                              diagnostics_);
    if (provider::api::HasErrors(response.diagnostics)) return Fail(work);
  }
  if (response.deferred) {
    AddDeferredError(
        work.resource->provider.provider, BlockSource(work.resource),
        [&] { return work.Address().ToString(); }, diagnostics_);
    return Fail(work);
  }
  if (!CheckPlanResponse(
          work.resource->provider.provider, work.schema->block, work.prior, work.effective_config, response,
          [&] { return work.Address().ToString(); }, diagnostics_))
    return Fail(work);
  if (response.legacy_type_system && !work.prior.IsNull() && HasIgnoreChanges(work.resource->lifecycle))
    response.planned =
        ApplyIgnoreChanges(work.resource->lifecycle, work.schema->block, work.prior, response.planned);
  work.planned = std::move(response.planned);
  work.private_data = std::move(response.private_data);
  DecideAction(work, response);
}

void Planner::DecideAction(ManagedWork& work, provider::api::PlanResponse& response) {
  bool replace_with_create_first = work.node != graph::kNoNode && create_before_destroy_[work.node];
  Action replace = replace_with_create_first ? Action::kCreateThenDelete : Action::kDeleteThenCreate;
  if (work.tainted) {
    work.action = replace;
    work.reason = ActionReason::kReplaceBecauseTainted;
    return;
  }
  if (work.prior.IsNull()) {
    work.action = Action::kCreate;
    // Nothing is replaced, but the reference says so all the same.
    if (work.forced == ActionReason::kReplaceByTriggers) work.reason = work.forced;
    return;
  }
  for (Path& path : response.requires_replace) {
    std::optional<Value> before = language::value::ApplyPath(work.prior, path);
    std::optional<Value> after = language::value::ApplyPath(work.planned, path);
    if (before && after && Value::KnownEqual(*before, *after)) continue;
    work.replace_paths.push_back(std::move(path));
  }
  if (work.forced != ActionReason::kNone || !work.replace_paths.empty()) {
    work.action = replace;
    work.reason =
        work.forced != ActionReason::kNone ? work.forced : ActionReason::kReplaceBecauseCannotUpdate;
    return;
  }
  bool same = work.planned.SameNode(work.prior) || Value::KnownEqual(work.planned, work.prior);
  work.action = same ? Action::kNoOp : Action::kUpdate;
}

// A replacement's create is planned once more, from nothing, all of a provider in one batch; ignore_changes
// does not hold there.
void Planner::PlanReplacements(std::span<ManagedWork*> works) {
  struct Batch {
    std::vector<ManagedWork*> works;
    std::vector<std::string> addresses;
    std::vector<provider::api::PlanRequest> requests;
  };
  std::map<Provider*, Batch> by_provider;
  for (ManagedWork* work : works) {
    if (work->tainted) continue;  // was planned from nothing already
    Batch& batch = by_provider[work->provider];
    batch.works.push_back(work);
    batch.addresses.push_back(work->Address().ToString());
    provider::api::PlanRequest request{.type = work->resource->address.type,
                                       .prior = Value::Null(work->schema->block.implied_type()),
                                       .config = work->config,
                                       .private_data = work->private_data,
                                       .provider_meta = work->provider_meta};
    request.proposed = language::schema::ProposedNew(work->schema->block, request.prior, work->config);
    batch.requests.push_back(std::move(request));
  }
  for (auto& [provider, batch] : by_provider) {
    for (size_t index = 0; index < batch.requests.size(); ++index)
      batch.requests[index].address = batch.addresses[index];
    std::vector<provider::api::PlanResponse> responses(batch.requests.size());
    provider->Plan(
        batch.requests,
        [&](size_t index, provider::api::PlanResponse response) { responses[index] = std::move(response); },
        context_.stop);
    for (size_t index = 0; index < responses.size(); ++index) {
      ManagedWork& work = *batch.works[index];
      const std::string& address = batch.addresses[index];
      provider::api::PlanResponse& response = responses[index];
      bool failed = provider::api::HasErrors(response.diagnostics);
      // Warnings came with the first plan.
      if (failed)
        AppendProviderDiagnostics(response.diagnostics, BlockSource(work.resource), address, diagnostics_);
      if (failed || !CheckPlanResponse(
                        work.resource->provider.provider, work.schema->block, batch.requests[index].prior,
                        work.config, response, [&] { return address; }, diagnostics_)) {
        Fail(work);
        continue;
      }
      work.planned = std::move(response.planned);
      work.private_data = std::move(response.private_data);
    }
  }
}

Value Planner::MarkedAfter(const ManagedWork& work) const {
  Value after = work.planned;
  if (work.schema->block.ContainsSensitive())
    after = language::schema::MarkSensitive(work.schema->block, after);
  if (!work.config_marks.empty()) after = after.MarkedAt(work.config_marks);
  return after;
}

void Planner::Record(ManagedWork& work) {
  considered_ = true;
  if (work.run) work.run->recorded = true;
  Value after = MarkedAfter(work);
  // Marks that come or go without the value changing are a change of the state all the same.
  Value before = work.run && (work.run->object || work.importing)
                     ? work.run->refreshed
                     : Value::Null(work.schema->block.implied_type());
  bool has_marks =
      after.HasMarksDeep() || (work.run && work.run->object && !work.run->object->sensitive_paths.empty());
  if (has_marks) {
    before = MarkedBefore(before, work.run && work.run->object ? work.run->object.get() : nullptr,
                          work.schema->block);
    if (work.action == Action::kNoOp && !work.importing && !before.RawEquals(after))
      work.action = Action::kUpdate;
  }
  work.values->Set(work.index, after);

  if (!work.resource->lifecycle.postconditions.empty()) {
    Value each = work.each_value();
    InstanceScope scope(*work.scope, work.values->expansion.repetition, work.key(), each, &after);
    if (!CheckResource(work.resource->lifecycle.postconditions, "Resource postcondition failed",
                       work.Address(), scope))
      failures_.Add(work.node, work.scope);
  }
  auto moved = moved_from_.empty() ? moved_from_.end() : moved_from_.find(work.Address());
  if (work.action == Action::kNoOp && !work.importing && moved == moved_from_.end() &&
      !HasConditions(*work.resource))
    return;
  if (work.action != Action::kNoOp) {
    changing_[work.node].insert(work.scope->path());
    if (work.run) work.run->changing = true;
  }

  changes::ResourceChange change{.address = work.Address(),
                                 .provider = work.resource->provider,
                                 .action = work.action,
                                 .reason = work.reason};
  if (moved != moved_from_.end()) change.previous_address = moved->second;
  change.before = std::move(before);
  change.after = std::move(after);
  change.replace_paths = std::move(work.replace_paths);
  change.private_data = std::move(work.private_data);
  change.importing = std::move(work.importing);
  if (changes::IsReplace(work.action) && work.resource->lifecycle.prevent_destroy)
    AddPreventDestroyError(*work.resource, change.address, diagnostics_);
  changes_of_[change.address.Containing().ToString()].indexes.push_back(plan_.resources.size());
  plan_.resources.push_back(std::move(change));
}

}  // namespace engine::run
