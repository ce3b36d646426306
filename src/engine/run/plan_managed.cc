// Planning of managed resource instances, in the order of steps that the reference keeps (validate,
// ignore_changes, proposed value, provider's plan, checks, action, replacement).
#include <algorithm>

#include "engine/run/conditions.h"
#include "engine/run/ignore_changes.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"
#include "language/hcl/parser.h"
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

void Planner::CollectManaged(NodeId id, ModuleScope& scope, std::vector<ManagedWork>& works) {
  const config::Resource& resource = *graph_->node(id).resource;
  ResourceRun* run = FindRun(scope.path(), resource.address);
  std::string address = language::address::ModuleResource{scope.path(), resource.address}.ToString();
  std::optional<Expansion> expansion =
      Expand(resource.count, resource.for_each, scope, Phase::kPlan, address, diagnostics_);
  Provider* provider = providers_.Configured(resource.provider);
  const ResourceSchema* schema = provider ? provider->FindResource(resource.address.type) : nullptr;
  if (!expansion || !schema) {
    failures_.Add(id, &scope);
    return;
  }
  ResourceValues& values = scope.Values(resource.address.ToString());
  values.expansion = std::move(*expansion);
  values.values.assign(values.expansion.keys.size(), Value::DynamicUnknown());
  values.expanded = true;
  if (!options_.replace.empty() && values.expansion.repetition != Repetition::kNone)
    WarnOfKeylessReplace(scope, resource, values.expansion.keys);
  for (size_t index = 0; index < values.expansion.keys.size(); ++index) {
    ManagedWork work{.node = id,
                     .resource = &resource,
                     .schema = schema,
                     .provider = provider,
                     .scope = &scope,
                     .values = &values,
                     .index = index};
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
    works.push_back(std::move(work));
  }
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
  if (work.run && work.run->failed) {
    Fail(work);
    return false;
  }
  if (!work.run && options_.mode == Mode::kNormal && !imports_.empty() && !Import(work)) {
    Fail(work);
    return false;
  }
  work.prior = work.run && work.run->object ? work.run->refreshed : Value::Null(type);
  if (work.importing) work.prior = work.run->refreshed;
  work.tainted = work.run && work.run->object && work.run->object->tainted && !work.prior.IsNull();
  if (options_.mode != Mode::kNormal) {
    work.values->Set(work.index,
                     work.prior.IsNull()
                         ? language::schema::MarkSensitive(work.schema->block, Value::Unknown(type))
                         : MarkedBefore(work.prior, work.run->object.get(), work.schema->block));
    return false;
  }
  if (!EvaluateConfig(work)) {
    Fail(work);
    return false;
  }
  if (work.tainted) {
    work.forced = ActionReason::kReplaceBecauseTainted;
    work.prior = Value::Null(type);
  } else if (!work.prior.IsNull()) {
    ResourceInstance address = work.Address();
    if (std::find(options_.replace.begin(), options_.replace.end(), address) != options_.replace.end())
      work.forced = ActionReason::kReplaceByRequest;
    else if (TriggersReplacement(work))
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
  if (work.run) request.private_data = work.run->private_data;
  return true;
}

bool Planner::EvaluateConfig(ManagedWork& work) {
  const config::Resource& resource = *work.resource;
  Value each = work.each_value();
  InstanceScope scope(*work.scope, work.values->expansion.repetition, work.key(), each);
  Diagnostics own;
  bool ok = true;
  if (!resource.lifecycle.preconditions.empty())
    ok = CheckConditions(resource.lifecycle.preconditions, "Resource precondition failed", scope,
                         base::diag::Severity::kError, work.Address().ToString(), own);
  if (ok) {
    Value value = language::eval::DecodeBody(*resource.body.file, *resource.body.body, work.schema->block,
                                             scope, kResourceMetaArguments, kResourceMetaBlocks, own);
    ok = !own.HasErrors();
    if (value.HasMarksDeep()) {
      work.config = value.UnmarkedDeep(&work.config_marks);
      ok = RejectEphemeral(work.config_marks, resource, own) && ok;
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

namespace {

// Whether the change replaces or updates the instance, in the attribute if one is named.
bool Triggers(const changes::ResourceChange& change, const std::optional<std::string>& attribute) {
  if (change.action != Action::kUpdate && !changes::IsReplace(change.action)) return false;
  if (!attribute) return true;
  const Value* before = change.before.IsKnownNotNull() ? change.before.Find(*attribute) : nullptr;
  const Value* after = change.after.IsKnownNotNull() ? change.after.Find(*attribute) : nullptr;
  return !before || !after || !before->UnmarkedDeep().RawEquals(after->UnmarkedDeep());
}

}  // namespace

bool Planner::TriggersReplacement(const ManagedWork& work) {
  bool triggered = false;
  for (const config::ExpressionRef& trigger : work.resource->lifecycle.replace_triggered_by)
    language::hcl::ForEachTraversal(
        *trigger.expression, [&](const language::hcl::TraversalExpression& traversal) {
          config::ReferencedObject object = config::ParseReference(traversal);
          if (triggered || object.kind != config::ReferencedObject::Kind::kResource) return;
          auto changed = changes_of_.find(
              language::address::ModuleResource{work.scope->path(), object.resource}.ToString());
          if (changed == changes_of_.end()) return;
          std::optional<std::string> attribute;
          if (object.steps_used < traversal.steps.size() &&
              traversal.steps[object.steps_used].kind == language::hcl::TraversalStep::Kind::kAttribute)
            attribute = std::string(traversal.steps[object.steps_used].name);
          // `r[count.index]` means the instance of the same key.
          std::optional<InstanceKey> key = object.key;
          if (!key && trigger.expression->kind != language::hcl::ExpressionKind::kTraversal) key = work.key();
          for (size_t index : changed->second) {
            const changes::ResourceChange& change = plan_.resources[index];
            if (!key || change.address.key == *key) triggered = triggered || Triggers(change, attribute);
          }
        });
  return triggered;
}

void Planner::TakePlanned(ManagedWork& work, provider::api::PlanResponse response) {
  if (!response.diagnostics.empty()) {
    AppendProviderDiagnostics(response.diagnostics, BlockSource(work.resource), work.Address().ToString(),
                              diagnostics_);
    if (provider::api::HasErrors(response.diagnostics)) return Fail(work);
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

// A replacement's create is planned once more, from nothing; ignore_changes does not hold there.
void Planner::PlanReplacements(std::span<ManagedWork*> works) {
  for (ManagedWork* work : works) {
    if (work->tainted) continue;  // was planned from nothing already
    language::value::Type type = work->schema->block.implied_type();
    provider::api::PlanRequest request{
        .type = work->resource->address.type, .prior = Value::Null(type), .config = work->config};
    std::string address = work->Address().ToString();
    request.address = address;
    request.proposed = language::schema::ProposedNew(work->schema->block, request.prior, work->config);
    request.private_data = work->private_data;
    provider::api::PlanResponse response;
    work->provider->Plan(
        std::span(&request, 1), [&](size_t, provider::api::PlanResponse r) { response = std::move(r); },
        context_.stop);
    if (provider::api::HasErrors(response.diagnostics)) {
      AppendProviderDiagnostics(response.diagnostics, BlockSource(work->resource), address, diagnostics_);
      Fail(*work);
      continue;
    }
    if (!CheckPlanResponse(
            work->resource->provider.provider, work->schema->block, request.prior, work->config, response,
            [&] { return address; }, diagnostics_)) {
      Fail(*work);
      continue;
    }
    work->planned = std::move(response.planned);
    work->private_data = std::move(response.private_data);
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
    if (!CheckConditions(work.resource->lifecycle.postconditions, "Resource postcondition failed", scope,
                         base::diag::Severity::kError, work.Address().ToString(), diagnostics_))
      failures_.Add(work.node, work.scope);
  }
  auto moved = moved_from_.empty() ? moved_from_.end() : moved_from_.find(work.Address());
  if (work.action == Action::kNoOp && !work.importing && moved == moved_from_.end()) return;
  if (work.action != Action::kNoOp) changing_.insert(work.node);

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
  changes_of_[change.address.Containing().ToString()].push_back(plan_.resources.size());
  plan_.resources.push_back(std::move(change));
}

}  // namespace engine::run
