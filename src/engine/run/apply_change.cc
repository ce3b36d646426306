// Creates, updates and reads during apply: the configuration is evaluated once more with what is known now,
// planned once more, held against the approved plan, carried out, and its result checked and recorded.
#include "base/core/random.h"
#include "engine/run/applier.h"
#include "engine/run/conditions.h"
#include "engine/run/ignore_changes.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/objects.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"
#include "language/schema/proposed.h"

namespace engine::run {

using changes::Action;
using changes::ResourceChange;

namespace {

std::chrono::milliseconds Elapsed(const ApplyTask& task) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               task.started);
}

}  // namespace

Applier::TaskPtr Applier::PrepareChange(uint32_t vertex, const ResourceChange& change) {
  auto task = std::make_unique<ApplyTask>();
  task->vertex = vertex;
  task->change = &change;
  task->address = change.address.ToString();
  task->provider = ProviderFor(change.provider);
  if (!task->provider) return nullptr;
  bool read = change.action == Action::kRead;
  task->schema = read ? task->provider->FindDataSource(change.address.resource.type)
                      : task->provider->FindResource(change.address.resource.type);
  task->resource = ConfigOf(change.address);
  if (!task->schema || !task->resource) {
    diagnostics_.Error("Configuration changed since the plan",
                       task->address + " is planned, but not in the configuration.");
    return nullptr;
  }
  task->action = read ? Action::kRead : change.action == Action::kUpdate ? Action::kUpdate : Action::kCreate;
  task->prior = Value::Null(task->schema->block.implied_type());
  task->prior_object = plan_.prior_state->FindObject(change.address);
  if (task->action == Action::kUpdate) {
    task->prior = change.before.UnmarkedDeep();
    if (task->prior_object) task->private_data = task->prior_object->private_data;
  }
  return EvaluateTask(*task) ? std::move(task) : nullptr;
}

bool Applier::EvaluateTask(ApplyTask& task) {
  ModuleScope* scope = ScopeOf(task.change->address.module);
  if (!scope) return false;
  Diagnostics own;
  ResourceValues& values = scope->Values(task.resource->address.ToString());
  if (!values.expanded) Materialize(*scope, *task.resource, own);
  Value each;
  const std::vector<InstanceKey>& keys = values.expansion.keys;
  auto position = std::lower_bound(keys.begin(), keys.end(), task.change->address.key);
  if (position == keys.end() || *position != task.change->address.key) {
    if (!own.HasErrors())
      own.Error("Instance is gone",
                task.address + " was planned, but its count or for_each gives it no longer.");
    diagnostics_.Append(std::move(own));
    return false;
  }
  if (!values.expansion.each_values.empty())
    each = values.expansion.each_values[static_cast<size_t>(position - keys.begin())];
  InstanceScope instance(*scope, values.expansion.repetition, task.change->address.key, each);
  bool ok = CheckConditions(task.resource->lifecycle.preconditions, "Resource precondition failed", instance,
                            base::diag::Severity::kError, task.address, own);
  if (ok) {
    Value config =
        language::eval::DecodeBody(*task.resource->body.file, *task.resource->body.body, task.schema->block,
                                   instance, kResourceMetaArguments, kResourceMetaBlocks, own);
    if (config.HasMarksDeep())
      task.config = config.UnmarkedDeep(&task.config_marks);
    else
      task.config = std::move(config);
    ok = !own.HasErrors();
  }
  if (ok && task.action != Action::kRead) {
    provider::api::ProviderDiagnostics list =
        task.provider->ValidateResource(task.change->address.resource.type, task.config);
    if (!list.empty()) {
      AppendProviderDiagnostics(list, BlockSource(task.resource), task.address, own);
      ok = !provider::api::HasErrors(list);
    }
  }
  if (ok && task.action == Action::kRead && !task.config.IsWhollyKnown()) {
    own.Error("Configuration of a data source is still unknown",
              task.address + " depends on something that was not applied, so it cannot be read.");
    ok = false;
  }
  if (!own.empty()) {
    own.SetAddress(task.address);
    diagnostics_.Append(std::move(own));
  }
  return ok;
}

// The plans of all tasks that became ready together, one batch for each provider. Tasks that fail are taken
// out.
void Applier::PlanTasks(std::vector<TaskPtr>& tasks) {
  std::map<Provider*, std::pair<std::vector<size_t>, std::vector<provider::api::PlanRequest>>> batches;
  for (size_t index = 0; index < tasks.size(); ++index) {
    ApplyTask& task = *tasks[index];
    if (task.destroy || task.action == Action::kRead) continue;
    Value config = task.config;
    if (!task.prior.IsNull())
      config = ApplyIgnoreChanges(task.resource->lifecycle, task.schema->block, task.prior, config);
    provider::api::PlanRequest request{.type = task.change->address.resource.type,
                                       .prior = task.prior,
                                       .private_data = task.private_data,
                                       .address = task.address};
    request.proposed = language::schema::ProposedNew(task.schema->block, task.prior, config);
    request.config = config;
    task.config = std::move(config);
    auto& [list, requests] = batches[task.provider];
    list.push_back(index);
    requests.push_back(std::move(request));
  }
  std::vector<bool> failed(tasks.size());
  for (auto& [provider, batch] : batches) {
    auto& [list, requests] = batch;
    std::vector<provider::api::PlanResponse> responses(requests.size());
    provider->Plan(
        requests,
        [&](size_t index, provider::api::PlanResponse response) { responses[index] = std::move(response); },
        context_.stop);
    for (size_t index = 0; index < list.size(); ++index)
      failed[list[index]] = !TakeFinalPlan(*tasks[list[index]], std::move(responses[index]));
  }
  std::vector<TaskPtr> left;
  for (size_t index = 0; index < tasks.size(); ++index) {
    if (failed[index])
      FailTask(*tasks[index]);
    else
      left.push_back(std::move(tasks[index]));
  }
  tasks = std::move(left);
}

bool Applier::TakeFinalPlan(ApplyTask& task, provider::api::PlanResponse response) {
  if (!response.diagnostics.empty()) {
    AppendProviderDiagnostics(response.diagnostics, BlockSource(task.resource), task.address, diagnostics_);
    if (provider::api::HasErrors(response.diagnostics)) return false;
  }
  const language::address::Provider& source = task.resource->provider.provider;
  auto address = [&] { return task.address; };
  if (!CheckPlanResponse(source, task.schema->block, task.prior, task.config, response, address,
                         diagnostics_))
    return false;
  if (response.legacy_type_system && !task.prior.IsNull() && HasIgnoreChanges(task.resource->lifecycle))
    response.planned =
        ApplyIgnoreChanges(task.resource->lifecycle, task.schema->block, task.prior, response.planned);
  if (!CheckFinalPlan(source, task.schema->block, task.change->after.UnmarkedDeep(), response.planned,
                      address, diagnostics_))
    return false;
  task.planned = std::move(response.planned);
  task.private_data = std::move(response.private_data);
  if (task.action != Action::kUpdate || !Value::KnownEqual(task.planned, task.prior)) return true;
  // Only marks changed, or the final values turned out to be those that are there: nothing is sent.
  task.no_change = true;
  Value marked = language::schema::MarkSensitive(task.schema->block, task.prior).MarkedAt(task.config_marks);
  graph::NodeId node = order_.vertices[task.vertex].node;
  CheckSession(session_.Record({task.change->address, task.change->provider, "",
                                MakeObject(task.prior, marked, *task.schema, task.private_data,
                                           graph_->TransitiveResources(node), task.prior_object.get())}));
  SetValue(task.change->address, marked);
  return true;
}

// The object that the task is about, as it was when its call began.
state::ObjectPtr Applier::ObjectBefore(const ApplyTask& task) const {
  bool replaced = !task.destroy && task.change->action == Action::kDeleteThenCreate;
  return replaced ? nullptr : task.prior_object;
}

// Before the new object is asked for, the old one becomes deposed: a run that dies then leaves an address
// without an object, at which the next run looks for the new one.
void Applier::Depose(const ApplyTask& task) {
  const ResourceChange& change = *task.change;
  std::string key = base::core::RandomHex(4);
  CheckSession(session_.Record({change.address, change.provider, key, task.prior_object}));
  CheckSession(session_.Record({change.address, change.provider, "", nullptr}));
  deposed_keys_[change.address] = std::move(key);
}

// Nothing came of the task: its intent is answered by what was there before, and an object that had been
// deposed for it is the current one again.
void Applier::RecordUnchanged(const ApplyTask& task) {
  const ResourceChange& change = *task.change;
  CheckSession(session_.Record({change.address, change.provider, task.deposed, ObjectBefore(task)}));
  auto deposed = deposed_keys_.find(change.address);
  if (task.destroy || deposed == deposed_keys_.end()) return;
  CheckSession(session_.Record({change.address, change.provider, deposed->second, nullptr}));
  deposed_keys_.erase(deposed);
}

void Applier::FinishChange(ApplyTask& task) {
  const ResourceChange& change = *task.change;
  provider::api::ApplyResponse& response = task.response;
  size_t first = diagnostics_.size();
  AppendProviderDiagnostics(response.diagnostics, BlockSource(task.resource), task.address, diagnostics_);
  bool failed = provider::api::HasErrors(response.diagnostics);
  bool storable = CheckApplied(
      change.provider.provider, task.schema->block, task.planned, response, [&] { return task.address; },
      diagnostics_);
  bool wrong = false;
  for (size_t index = first; index < diagnostics_.size(); ++index)
    wrong = wrong || diagnostics_.items()[index].severity == base::diag::Severity::kError;

  Value marked = response.state;
  if (storable && !response.state.IsNull()) {
    marked = language::schema::MarkSensitive(task.schema->block, response.state).MarkedAt(task.config_marks);
    graph::NodeId node = order_.vertices[task.vertex].node;
    state::ObjectPtr made = MakeObject(response.state, marked, *task.schema, response.private_data,
                                       graph_->TransitiveResources(node), task.prior_object.get());
    auto object = std::make_shared<state::Object>(*made);
    object->create_before_destroy = node != graph::kNoNode && create_before_destroy_[node];
    object->tainted =
        (failed && task.action == Action::kCreate) ||
        (failed && task.action == Action::kUpdate && task.prior_object && task.prior_object->tainted);
    CheckSession(session_.Record({change.address, change.provider, "", object}));
    SetValue(change.address, marked);
  } else {
    RecordUnchanged(task);
  }
  if (wrong) {
    failed_[task.vertex].push_back(change.address.module);
    context_.hooks->ApplyFailed(change.address, {});
    return;
  }
  context_.hooks->Applied(change.address, {}, task.action, Elapsed(task), response.state);
  if (task.action == Action::kCreate)
    ++result_.added;
  else
    ++result_.changed;
  if (!CheckPostconditions(task, marked)) failed_[task.vertex].push_back(change.address.module);
}

bool Applier::CheckPostconditions(ApplyTask& task, const Value& marked) {
  if (task.resource->lifecycle.postconditions.empty()) return true;
  ModuleScope* scope = ScopeOf(task.change->address.module);
  ResourceValues& values = scope->Values(task.resource->address.ToString());
  Value each;
  for (size_t index = 0; index < values.expansion.each_values.size(); ++index)
    if (values.expansion.keys[index] == task.change->address.key) each = values.expansion.each_values[index];
  InstanceScope instance(*scope, values.expansion.repetition, task.change->address.key, each, &marked);
  return CheckConditions(task.resource->lifecycle.postconditions, "Resource postcondition failed", instance,
                         base::diag::Severity::kError, task.address, diagnostics_);
}

void Applier::FinishRead(ApplyTask& task) {
  const ResourceChange& change = *task.change;
  AppendProviderDiagnostics(task.response.diagnostics, BlockSource(task.resource), task.address,
                            diagnostics_);
  bool ok = !provider::api::HasErrors(task.response.diagnostics);
  ok = ok && CheckRead(
                 change.provider.provider, task.schema->block, task.response.state,
                 [&] { return task.address; }, diagnostics_);
  if (ok && task.response.state.IsNull()) {
    diagnostics_.Error("Provider produced null object",
                       "The provider returned nothing for " + task.address + ".");
    ok = false;
  }
  if (!ok) {
    failed_[task.vertex].push_back(change.address.module);
    return;
  }
  Value marked =
      language::schema::MarkSensitive(task.schema->block, task.response.state).MarkedAt(task.config_marks);
  CheckSession(
      session_.Record({change.address, change.provider, "",
                       MakeObject(task.response.state, marked, *task.schema, "", nullptr, nullptr)}));
  SetValue(change.address, marked);
  context_.hooks->DataRead(change.address, Elapsed(task), task.response.state);
  if (!CheckPostconditions(task, marked)) failed_[task.vertex].push_back(change.address.module);
}

}  // namespace engine::run
