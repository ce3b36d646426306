// Creates, updates and reads during apply: the configuration is evaluated once more with what is known now,
// planned once more, held against the approved plan, carried out, and its result checked and recorded.
#include "base/core/random.h"
#include "engine/run/applier.h"
#include "engine/run/conditions.h"
#include "engine/run/identity.h"
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
  if (task->prior_object && task->action == Action::kUpdate)
    task->identity = IdentityOf(*task->prior_object, change.address.resource.type, *task->provider);
  return EvaluateTask(*task) && TakeProviderMeta(*task) ? std::move(task) : nullptr;
}

std::optional<Applier::InstancePlace> Applier::FindPlace(const ResourceInstance& address,
                                                         const config::Resource& resource,
                                                         Diagnostics& diagnostics) {
  InstancePlace place{.scope = ScopeOf(address.module)};
  if (!place.scope) return std::nullopt;
  place.values = &place.scope->Values(resource.address.ToString());
  size_t first = diagnostics.size();
  if (!place.values->expanded) Materialize(*place.scope, resource, diagnostics);
  const Expansion& expansion = place.values->expansion;
  auto position = std::lower_bound(expansion.keys.begin(), expansion.keys.end(), address.key);
  if (position == expansion.keys.end() || *position != address.key) {
    if (diagnostics.size() == first)
      diagnostics.Error("Instance is gone",
                        address.ToString() + " was planned, but its count or for_each gives it no longer.");
    return std::nullopt;
  }
  place.index = static_cast<size_t>(position - expansion.keys.begin());
  if (!expansion.each_values.empty()) place.each = expansion.each_values[place.index];
  return place;
}

// An instance that stays as it is: its conditions may speak of what this apply changes.
bool Applier::CheckUnchanged(const ResourceChange& change) {
  const config::Resource* resource = ConfigOf(change.address);
  std::optional<InstancePlace> place =
      resource ? FindPlace(change.address, *resource, diagnostics_) : std::nullopt;
  if (!place) return false;
  InstanceScope scope(*place->scope, place->values->expansion.repetition, place->key(), place->each);
  CheckedObject object = CheckedResource(change.address);
  if (!CheckConditions(resource->lifecycle.preconditions, "Resource precondition failed", scope,
                       base::diag::Severity::kError, object, &checks_, diagnostics_))
    return false;
  Value self = place->values->values[place->index];
  InstanceScope after(*place->scope, place->values->expansion.repetition, place->key(), place->each, &self);
  return CheckConditions(resource->lifecycle.postconditions, "Resource postcondition failed", after,
                         base::diag::Severity::kError, object, &checks_, diagnostics_);
}

bool Applier::EvaluateTask(ApplyTask& task) {
  Diagnostics own;
  std::optional<InstancePlace> place = FindPlace(task.change->address, *task.resource, own);
  if (!place) {
    diagnostics_.Append(std::move(own));
    return false;
  }
  InstanceScope instance(*place->scope, place->values->expansion.repetition, place->key(), place->each);
  const std::vector<config::Condition>& preconditions = task.resource->lifecycle.preconditions;
  bool ok =
      preconditions.empty() ||
      CheckConditions(preconditions, "Resource precondition failed", instance, base::diag::Severity::kError,
                      CheckedResource(task.change->address), &checks_, diagnostics_);
  if (ok) {
    // Mistakes in expressions have their place, and may be of other objects: they carry no address.
    Diagnostics decoding;
    Value config =
        language::eval::DecodeBody(*task.resource->body.file, *task.resource->body.body, task.schema->block,
                                   instance, kResourceMetaArguments, kResourceMetaBlocks, decoding);
    if (config.HasMarksDeep())
      task.config = config.UnmarkedDeep(&task.config_marks);
    else
      task.config = std::move(config);
    ok = !decoding.HasErrors();
    diagnostics_.Append(std::move(decoding));
    ok = ok && RejectEphemeral(task.config_marks, task.schema->block, *task.resource, own);
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
                                       .address = task.address,
                                       .prior_identity = task.identity,
                                       .provider_meta = task.provider_meta};
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
  if (response.deferred) {
    AddDeferredError(source, BlockSource(task.resource), address, diagnostics_);
    return false;
  }
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
  task.identity = std::move(response.planned_identity);
  if (task.action != Action::kUpdate || !Value::KnownEqual(task.planned, task.prior)) return true;
  // Only marks changed, or the final values turned out to be those that are there: nothing is sent.
  task.no_change = true;
  Value marked = language::schema::MarkSensitive(task.schema->block, task.prior).MarkedAt(task.config_marks);
  CheckSession(session_.Record({task.change->address, task.change->provider, "",
                                MadeObject(task, task.prior, marked, task.private_data)}));
  SetValue(task.change->address, marked);
  return true;
}

// An object at the task's address, as the state will have it.
state::ObjectPtr Applier::MadeObject(const ApplyTask& task, const Value& value, const Value& marked,
                                     const std::string& private_data) const {
  state::ObjectPtr made =
      MakeObject(value, marked, *task.schema, private_data,
                 graph_->TransitiveResources(order_.vertices[task.vertex].node), task.prior_object.get());
  const bool same = task.action == Action::kUpdate && task.prior_object;
  if (!same || task.prior_object->identity_json.empty()) return made;
  auto object = std::make_shared<state::Object>(*made);
  object->identity_json = task.prior_object->identity_json;
  object->identity_version = task.prior_object->identity_version;
  return object;
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
    auto object =
        std::make_shared<state::Object>(*MadeObject(task, response.state, marked, response.private_data));
    SetIdentity(response.identity, change.address.resource.type, *task.provider, *object);
    object->create_before_destroy = node != graph::kNoNode && create_before_destroy_[node];
    // A new object that is not as it was promised is made anew, too.
    object->tainted =
        (wrong && task.action == Action::kCreate) ||
        (failed && task.action == Action::kUpdate && task.prior_object && task.prior_object->tainted);
    if (!wrong && task.action == Action::kCreate) {
      std::vector<const config::Provisioner*> provisioners = ProvisionersOf(task);
      if (!provisioners.empty()) {
        // A run that dies in a provisioner leaves an object that the next one makes anew.
        task.provisioning = {.provisioners = std::move(provisioners), .self = marked, .created = object};
        object = std::make_shared<state::Object>(*object);
        object->tainted = true;
      }
    }
    CheckSession(session_.Record({change.address, change.provider, "", object}));
    SetValue(change.address, marked);
  } else {
    RecordUnchanged(task);
  }
  if (wrong) {
    MarkFailed(task.vertex, change.address);
    context_.hooks->ApplyFailed(change.address, {});
    return;
  }
  if (!task.provisioning) CompleteChange(task, marked);
}

void Applier::CompleteChange(ApplyTask& task, const Value& marked) {
  const ResourceChange& change = *task.change;
  context_.hooks->Applied(change.address, {}, task.action, Elapsed(task), marked);
  if (task.action == Action::kCreate)
    ++result_.added;
  else
    ++result_.changed;
  if (!CheckPostconditions(task, marked)) MarkFailed(task.vertex, change.address);
}

bool Applier::CheckPostconditions(ApplyTask& task, const Value& marked) {
  if (task.resource->lifecycle.postconditions.empty()) return true;
  std::optional<InstancePlace> place = FindPlace(task.change->address, *task.resource, diagnostics_);
  if (!place) return false;
  InstanceScope instance(*place->scope, place->values->expansion.repetition, place->key(), place->each,
                         &marked);
  return CheckConditions(task.resource->lifecycle.postconditions, "Resource postcondition failed", instance,
                         base::diag::Severity::kError, CheckedResource(task.change->address), &checks_,
                         diagnostics_);
}

void Applier::FinishRead(ApplyTask& task) {
  const ResourceChange& change = *task.change;
  Diagnostics own;
  AppendProviderDiagnostics(task.response.diagnostics, BlockSource(task.resource), task.address, own);
  bool ok = !provider::api::HasErrors(task.response.diagnostics);
  if (ok && task.deferred) {
    AddDeferredError(change.provider.provider, BlockSource(task.resource), [&] { return task.address; }, own);
    ok = false;
  }
  ok = ok && CheckRead(
                 change.provider.provider, task.schema->block, task.response.state,
                 [&] { return task.address; }, own);
  if (ok && task.response.state.IsNull()) {
    own.Error("Provider produced null object", "The provider returned nothing for " + task.address + ".");
    ok = false;
  }
  if (!task.resource->check.empty()) FailCheck(task.resource->check, change.address.module, checks_, own);
  diagnostics_.Append(std::move(own));
  if (!ok) {
    context_.hooks->ApplyFailed(change.address, {});
    MarkFailed(task.vertex, change.address);
    // What a check block could not read is no error: the state has what is known of it.
    if (!task.resource->check.empty()) {
      Value known = language::schema::PlannedDataObject(task.schema->block, task.config)
                        .Transform([](const language::value::Path&, const Value& value) {
                          return value.IsUnknown() ? Value::Null(value.type()) : value;
                        });
      Value marked = language::schema::MarkSensitive(task.schema->block, known).MarkedAt(task.config_marks);
      CheckSession(session_.Record({change.address, change.provider, "",
                                    MakeObject(known, marked, *task.schema, "", nullptr, nullptr)}));
    }
    return;
  }
  Value marked =
      language::schema::MarkSensitive(task.schema->block, task.response.state).MarkedAt(task.config_marks);
  CheckSession(
      session_.Record({change.address, change.provider, "",
                       MakeObject(task.response.state, marked, *task.schema, "", nullptr, nullptr)}));
  SetValue(change.address, marked);
  context_.hooks->DataRead(change.address, Elapsed(task), marked);
  if (!CheckPostconditions(task, marked)) MarkFailed(task.vertex, change.address);
}

}  // namespace engine::run
