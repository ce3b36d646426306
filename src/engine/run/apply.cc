#include "engine/run/apply.h"

#include <algorithm>

#include "base/core/product.h"
#include "engine/run/applier.h"
#include "engine/run/create_before_destroy.h"
#include "engine/run/failures.h"
#include "language/value/codec.h"

namespace engine::run {

using changes::Action;
using changes::ResourceChange;

ApplyResult Apply(const RunContext& context, const changes::Plan& plan, state::StateSession& session,
                  Diagnostics& diagnostics, const std::function<void(ModuleScope&)>& inspect) {
  return Applier(context, plan, session, diagnostics).Run(inspect);
}

Applier::Applier(const RunContext& context, const changes::Plan& plan, state::StateSession& session,
                 Diagnostics& diagnostics)
    : context_(context),
      plan_(plan),
      session_(session),
      diagnostics_(diagnostics),
      providers_(context.providers, context.substitutes),
      checks_(*context.configuration),
      scope_context_{
          Phase::kApply, &context, &providers_, &checks_,
          plan.mode == changes::Mode::kDestroy ? std::nullopt : std::optional(base::diag::Severity::kError)},
      ephemerals_(*context.hooks, context.stop),
      pool_(std::max(1, context.parallelism)) {
  scope_context_.materialize = [this](ModuleScope& scope, const config::Resource& resource,
                                      Diagnostics& own) { Materialize(scope, resource, own); };
}

ApplyResult Applier::Run(const std::function<void(ModuleScope&)>& inspect) {
  if (!Begin()) {  // nothing has been touched
    result_.state = session_.Snapshot();
    return std::move(result_);
  }
  Walk();
  if (context_.stop.stop_requested()) {
    result_.stopped = true;
    diagnostics_.Error("Execution halted",
                       "The run was interrupted. What was done is in the state; apply again to go on.");
  }
  if (targeting_.active())
    diagnostics_.Warning(
        "Applied changes may be incomplete",
        base::core::Spoken(
            "The plan was made with -target or -exclude, so that changes which the configuration "
            "asks for may be left, and outputs may be old. To see what is left:\n    parterre "
            "plan"));
  for (const TaskPtr& task : queue_)  // never sent: what was there is still there
    if (task->action != Action::kRead && !task->provisioning) RecordUnchanged(*task);
  FinishNamedValues(result_);
  ephemerals_.CloseAll(diagnostics_);
  CheckSession(session_.Finish());
  result_.state = session_.Snapshot();
  result_.usage = providers_.TotalUsage();
  if (inspect) inspect(*root_);
  return std::move(result_);
}

bool Applier::Begin() {
  Diagnostics own;
  std::vector<ProviderConfig> state_providers;
  for (const ResourceChange& change : plan_.resources) state_providers.push_back(change.provider);
  graph_ = std::make_unique<graph::ConfigGraph>(*context_.configuration, state_providers, own);
  root_ = std::make_unique<ModuleScope>(scope_context_, *context_.configuration->root, ModuleInstance(),
                                        nullptr, InstanceKey(), Value());
  create_before_destroy_ = CreateBeforeDestroy(*graph_);
  targeting_ = Targeting(plan_.targets, plan_.excludes, *graph_);
  order_ = BuildApplyGraph(plan_, *graph_, own);
  bool failed = own.HasErrors();
  diagnostics_.Append(std::move(own));
  if (failed) return false;
  ExpectChecks();
  CheckSession(session_.Begin(*plan_.prior_state));
  if (halted_) return false;

  size_t count = order_.vertices.size();
  dependants_.resize(count);
  waiting_.resize(count);
  open_.resize(count);
  failed_.resize(count);
  for (uint32_t id = 0; id < count; ++id) {
    for (uint32_t change : order_.vertices[id].changes)
      if (plan_.resources[change].action != Action::kNoOp) ++total_;
    waiting_[id] = static_cast<uint32_t>(order_.vertices[id].before.size());
    for (uint32_t earlier : order_.vertices[id].before) dependants_[earlier].push_back(id);
    if (!waiting_[id]) ready_.push_back(id);
  }
  CountEphemeralUsers();
  for (const ResourceChange& change : plan_.resources) {
    if (change.importing) {
      context_.hooks->Importing(change.address, change.importing->id);
      context_.hooks->Imported(change.address, change.importing->id);
      ++result_.imported;
    }
    if (change.action == Action::kForget)
      CheckSession(session_.Record({change.address, change.provider, change.deposed, nullptr}));
  }
  return true;
}

// As long as something is ready or under way: start what is ready, hand queued calls to the pool, take in
// what is done.
void Applier::Walk() {
  BeginEphemerals();
  while (true) {
    if (context_.stop.stop_requested() && !halted_) {
      halted_ = true;
      providers_.Stop();
    }
    if (!halted_ && !ready_.empty()) {
      std::vector<uint32_t> frontier = std::move(ready_);
      ready_.clear();
      std::sort(frontier.begin(), frontier.end());
      for (uint32_t id : frontier) StartVertex(id);
      StartFrontier();
      continue;
    }
    Dispatch();
    if (running_ == 0 && (halted_ || (queue_.empty() && ready_.empty()))) {
      Collect(false);
      if (running_ == 0 && (halted_ || (queue_.empty() && ready_.empty()))) return;
      continue;
    }
    Collect(true);
  }
}

// Whether something that must come first has failed. Of the same resource only the own address counts; of
// others all instances in the module instances that concern this one.
bool Applier::IsBlocked(const ApplyVertex& vertex, const ResourceInstance& address) const {
  for (uint32_t earlier : vertex.before) {
    const FailedInstances& failed = failed_[earlier];
    if (failed.addresses.empty()) continue;
    if (order_.vertices[earlier].resource == vertex.resource) {
      if (failed.addresses.contains(address)) return true;
      continue;
    }
    for (const ModuleInstance& module : failed.modules)
      if (FailureConcerns(module, address.module)) return true;
  }
  return false;
}

void Applier::MarkFailed(uint32_t vertex, const ResourceInstance& address) {
  failed_[vertex].modules.insert(address.module);
  failed_[vertex].addresses.insert(address);
}

void Applier::StartVertex(uint32_t id) {
  const ApplyVertex& vertex = order_.vertices[id];
  open_[id] = static_cast<uint32_t>(vertex.changes.size());
  for (uint32_t index : vertex.changes) {
    const ResourceChange& change = plan_.resources[index];
    TaskPtr task;
    bool create_failed = vertex.destroy && change.action == Action::kCreateThenDelete &&
                         !deposed_keys_.contains(change.address);
    bool blocked = create_failed || IsBlocked(vertex, change.address);
    if (!blocked && change.action == Action::kNoOp && CheckUnchanged(change)) {
      --open_[id];
      continue;
    }
    if (!blocked && change.action != Action::kNoOp)
      task = vertex.destroy ? PrepareDestroy(id, change) : PrepareChange(id, change);
    if (task) {
      frontier_.push_back(std::move(task));
      continue;
    }
    MarkFailed(id, change.address);
    --open_[id];
  }
  if (open_[id] == 0) FinishVertex(id);
}

// Everything that became ready together: planned once more with final values, then carried out here
// (providers that do no I/O) or queued for the pool, its intents in the journal by one sync.
void Applier::StartFrontier() {
  std::vector<TaskPtr> tasks = std::move(frontier_);
  frontier_.clear();
  PlanTasks(tasks);
  std::vector<TaskPtr> now;
  for (TaskPtr& task : tasks) {
    std::vector<const config::Provisioner*> provisioners;
    if (task->destroy) provisioners = ProvisionersOf(*task);
    if (provisioners.empty()) {
      now.push_back(std::move(task));
      continue;
    }
    task->provisioning = {.provisioners = std::move(provisioners), .self = task->change->before};
    NextProvisioner(std::move(task));
  }
  StartTasks(std::move(now));
}

void Applier::StartTasks(std::vector<TaskPtr> tasks) {
  std::vector<TaskPtr> local, remote;
  for (TaskPtr& task : tasks) {
    bool create_first = !task->destroy && task->change->action == Action::kCreateThenDelete;
    if (create_first && task->prior_object) Depose(*task);
    (task->provider->IsLocal() || task->no_change ? local : remote).push_back(std::move(task));
  }
  if (!remote.empty()) {
    if (!WriteIntents(remote)) {
      for (TaskPtr& task : remote) {
        if (task->action != Action::kRead) RecordUnchanged(*task);
        FailTask(*task);
      }
      remote.clear();
    }
    for (TaskPtr& task : remote) queue_.push_back(std::move(task));
  }
  if (!local.empty()) RunLocal(std::move(local));
}

bool Applier::WriteIntents(const std::vector<TaskPtr>& tasks) {
  std::vector<state::Intent> intents;
  int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count();
  for (const TaskPtr& task : tasks) {
    if (task->action == Action::kRead) continue;
    state::Intent intent{.address = task->change->address,
                         .provider = task->change->provider,
                         .deposed = task->deposed,
                         .time_ms = now};
    intent.action = task->action == Action::kCreate ? 'c' : task->action == Action::kUpdate ? 'u' : 'd';
    if (task->action == Action::kCreate) {
      Value known = task->planned.Transform([](const language::value::Path&, const Value& value) {
        return value.IsUnknown() ? Value::Null(value.type()) : value;
      });
      auto json = language::value::ToJson(known, task->schema->block.implied_type());
      if (json.ok()) intent.planned_json = std::move(json).value();
    }
    intents.push_back(std::move(intent));
  }
  if (intents.empty()) return true;
  CheckSession(session_.WriteIntents(intents));
  return !halted_;
}

// Hooks are given values with their marks: what is sensitive is not shown.
void Applier::Announce(ApplyTask& task) {
  if (task.announced) return;
  task.announced = true;
  task.started = std::chrono::steady_clock::now();
  if (task.action == Action::kRead)
    context_.hooks->ReadingData(task.change->address);
  else
    context_.hooks->Applying(task.change->address, task.deposed, task.action,
                             task.action == Action::kCreate ? task.change->after : task.change->before);
}

namespace {

provider::api::ApplyRequest RequestOf(const ApplyTask& task) {
  return {.type = task.change->address.resource.type,
          .prior = task.prior,
          .planned = task.planned,
          .config = task.config,
          .private_data = task.private_data,
          .address = task.address,
          .planned_identity = task.identity,
          .provider_meta = task.provider_meta};
}

}  // namespace

void Applier::RunLocal(std::vector<TaskPtr> tasks) {
  std::map<Provider*, std::pair<std::vector<ApplyTask*>, std::vector<provider::api::ApplyRequest>>> batches;
  for (TaskPtr& task : tasks) {
    if (task->no_change || task->action == Action::kRead) continue;
    Announce(*task);
    auto& [list, requests] = batches[task->provider];
    list.push_back(task.get());
    requests.push_back(RequestOf(*task));
  }
  for (auto& [provider, batch] : batches) {
    auto& list = batch.first;
    std::mutex mutex;
    provider->Apply(
        batch.second,
        [&](size_t index, provider::api::ApplyResponse response) {
          std::lock_guard lock(mutex);
          list[index]->response = std::move(response);
        },
        context_.stop);
  }
  for (TaskPtr& task : tasks) {
    if (task->action == Action::kRead) {
      Announce(*task);
      CallRead(*task);
    }
    FinishTask(std::move(task));
  }
}

void Applier::CallRead(ApplyTask& task) {
  provider::api::ReadDataRequest request{task.change->address.resource.type, task.config, task.address,
                                         task.provider_meta};
  task.provider->ReadData(
      std::span(&request, 1),
      [&](size_t, provider::api::ReadDataResponse response) {
        task.response.state = std::move(response.state);
        task.response.diagnostics = std::move(response.diagnostics);
        task.deferred = response.deferred.has_value();
      },
      context_.stop);
}

void Applier::Dispatch() {
  while (!halted_ && !queue_.empty() && running_ < static_cast<size_t>(std::max(1, context_.parallelism))) {
    ApplyTask* task = queue_.front().release();
    queue_.pop_front();
    ++running_;
    if (task->provisioning) {
      SubmitProvisioner(TaskPtr(task));
      continue;
    }
    Announce(*task);
    context_.hooks->ApplyProgress(done_, running_, total_);
    pool_.Submit([this, task] {
      TaskPtr owned(task);
      if (owned->action == Action::kRead) {
        CallRead(*owned);
      } else {
        provider::api::ApplyRequest request = RequestOf(*owned);
        owned->provider->Apply(
            std::span(&request, 1),
            [&](size_t, provider::api::ApplyResponse response) { owned->response = std::move(response); },
            context_.stop);
      }
      std::lock_guard lock(mutex_);
      finished_.push_back(std::move(owned));
      finished_signal_.notify_one();
    });
  }
}

void Applier::Collect(bool wait) {
  std::vector<TaskPtr> finished;
  {
    std::unique_lock lock(mutex_);
    if (wait && finished_.empty() && running_ > 0)
      finished_signal_.wait_for(lock, std::chrono::milliseconds(200), [&] { return !finished_.empty(); });
    finished = std::move(finished_);
    finished_.clear();
  }
  for (TaskPtr& task : finished) {
    --running_;
    FinishTask(std::move(task));
  }
}

void Applier::FinishTask(TaskPtr task) {
  if (task->provisioning) return FinishProvisioner(std::move(task));
  if (task->destroy)
    FinishDestroy(*task);
  else if (task->action == Action::kRead)
    FinishRead(*task);
  else if (!task->no_change)
    FinishChange(*task);
  if (task->provisioning) return NextProvisioner(std::move(task));
  EndTask(*task);
}

void Applier::EndTask(const ApplyTask& task) {
  ++done_;
  context_.hooks->ApplyProgress(done_, running_, total_);
  if (--open_[task.vertex] == 0) FinishVertex(task.vertex);
}

// A task that never started: its dependants are left out.
void Applier::FailTask(const ApplyTask& task) {
  MarkFailed(task.vertex, task.change->address);
  if (--open_[task.vertex] == 0) FinishVertex(task.vertex);
}

void Applier::FinishVertex(uint32_t id) {
  for (uint32_t later : dependants_[id])
    if (--waiting_[later] == 0) ready_.push_back(later);
  FollowEphemerals(order_.vertices[id]);
}

void Applier::CheckSession(base::core::Result<void> result) {
  if (result.ok() || halted_by_session_) return;
  halted_ = halted_by_session_ = true;
  result_.save_failed = true;
  diagnostics_.Error("Failed to save state", result.error().message());
}

}  // namespace engine::run
