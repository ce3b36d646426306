// Applier: the working parts of Apply, shared by apply*.cc; one object for one apply.
// The driving thread evaluates, records and reports; pool threads only make provider calls.
// Not an interface for others: they call apply.h.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/core/thread_pool.h"
#include "engine/graph/config_graph.h"
#include "engine/run/apply.h"
#include "engine/run/apply_graph.h"
#include "engine/run/ephemeral_use.h"
#include "engine/run/ephemerals.h"
#include "engine/run/providers.h"
#include "engine/run/scope.h"
#include "engine/run/targeting.h"

namespace engine::run {

// The provisioners of one object: those after its creation, or before its destruction.
struct ProvisionerRun {
  std::vector<const config::Provisioner*> provisioners;
  size_t current = 0;                                             // the one that runs, or is to run next
  Value self;                                                     // marked
  std::shared_ptr<const provider::api::Provisioner> provisioner;  // of the current one
  provider::api::ProvisionRequest request;
  std::string_view suppressed;  // what is told instead of its output; empty: the output
  provider::api::ProviderDiagnostics diagnostics;
  state::ObjectPtr created;  // recorded as tainted until all of them are done
};

// One change under way.
struct ApplyTask {
  uint32_t vertex = 0;
  const changes::ResourceChange* change = nullptr;
  bool destroy = false;                        // the destroying half
  const config::Resource* resource = nullptr;  // null for what the configuration no longer has
  const ResourceSchema* schema = nullptr;
  Provider* provider = nullptr;
  std::string address;
  std::string deposed;  // of a destroy: which object
  state::ObjectPtr prior_object;
  Value prior, config, planned;  // unmarked
  std::vector<std::pair<language::value::Path, language::value::Marks>> config_marks;
  std::string private_data;
  changes::Action action = changes::Action::kNoOp;  // create, update, read or delete
  std::chrono::steady_clock::time_point started;
  Value identity;          // as planned; null: none
  Value provider_meta;     // null: none
  bool deferred = false;   // the provider put a read off
  bool no_change = false;  // turned out to be what is there already: nothing is sent
  bool announced = false;
  provider::api::ApplyResponse response;
  std::optional<ProvisionerRun> provisioning;  // set while provisioners run
};

// What failed, or was left out, in one vertex.
struct FailedInstances {
  std::set<ModuleInstance> modules;
  std::set<ResourceInstance> addresses;
};

class Applier {
 public:
  Applier(const RunContext& context, const changes::Plan& plan, state::StateSession& session,
          Diagnostics& diagnostics);
  ApplyResult Run(const std::function<void(ModuleScope&)>& inspect);

 private:
  using TaskPtr = std::unique_ptr<ApplyTask>;

  // apply.cc: the walk
  bool Begin();
  void Walk();
  void StartVertex(uint32_t id);
  void StartFrontier();
  void StartTasks(std::vector<TaskPtr> tasks);
  void FinishVertex(uint32_t id);
  bool IsBlocked(const ApplyVertex& vertex, const ResourceInstance& address) const;
  void MarkFailed(uint32_t vertex, const ResourceInstance& address);
  void Announce(ApplyTask& task);
  void RunLocal(std::vector<TaskPtr> tasks);
  bool WriteIntents(const std::vector<TaskPtr>& tasks);
  void Dispatch();
  void CallRead(ApplyTask& task);
  void Collect(bool wait);
  void FinishTask(TaskPtr task);
  void EndTask(const ApplyTask& task);
  void FailTask(const ApplyTask& task);
  void RecordUnchanged(const ApplyTask& task);
  void CheckSession(base::core::Result<void> result);

  // apply_change.cc: create, update, read
  TaskPtr PrepareChange(uint32_t vertex, const changes::ResourceChange& change);
  bool EvaluateTask(ApplyTask& task);
  void PlanTasks(std::vector<TaskPtr>& tasks);
  bool TakeFinalPlan(ApplyTask& task, provider::api::PlanResponse response);
  void FinishChange(ApplyTask& task);
  void CompleteChange(ApplyTask& task, const Value& marked);
  void FinishRead(ApplyTask& task);
  void Depose(const ApplyTask& task);
  state::ObjectPtr ObjectBefore(const ApplyTask& task) const;
  // Where an instance stands among those of its resource.
  struct InstancePlace {
    ModuleScope* scope = nullptr;
    ResourceValues* values = nullptr;
    size_t index = 0;
    Value each;
    const InstanceKey& key() const { return values->expansion.keys[index]; }
  };
  std::optional<InstancePlace> FindPlace(const ResourceInstance& address, const config::Resource& resource,
                                         Diagnostics& diagnostics);
  bool CheckUnchanged(const changes::ResourceChange& change);
  bool CheckPostconditions(ApplyTask& task, const Value& marked);

  // apply_provisioners.cc
  std::vector<const config::Provisioner*> ProvisionersOf(const ApplyTask& task) const;
  void NextProvisioner(TaskPtr task);
  bool PrepareProvisioner(ApplyTask& task);
  void SubmitProvisioner(TaskPtr task);
  void FinishProvisioner(TaskPtr task);
  void EndProvisioners(TaskPtr task, bool ok);

  // apply_destroy.cc
  TaskPtr PrepareDestroy(uint32_t vertex, const changes::ResourceChange& change);
  void FinishDestroy(ApplyTask& task);

  // apply_scope.cc: what expressions see while applying
  const config::Resource* ConfigOf(const ResourceInstance& address) const;  // null: no longer there
  ModuleScope* ScopeOf(const ModuleInstance& path);
  void Materialize(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics);
  Provider* ProviderFor(const ProviderConfig& config);
  bool Uses(const ApplyVertex& vertex, const EphemeralUse& use) const;
  void CountEphemeralUsers();
  void BeginEphemerals();
  void OpenUnused(const EphemeralUse& use);
  void FollowEphemerals(const ApplyVertex& done);
  void OpenForApply(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics);
  bool TakeProviderMeta(ApplyTask& task);
  state::ObjectPtr MadeObject(const ApplyTask& task, const Value& value, const Value& marked,
                              const std::string& private_data) const;
  void SetValue(const ResourceInstance& address, const Value& marked);
  std::vector<ModuleScope*> ScopesOf(const config::ModuleNode& node);
  std::vector<bool> StaleNodes() const;
  void FinishNamedValues(ApplyResult& result);
  void ForgetData();
  void FinishOutput(const config::Output& output, ApplyResult& result);
  void ShowStoredOutputs(ApplyResult& result) const;
  void ExpectChecks();

  const RunContext& context_;
  const changes::Plan& plan_;
  state::StateSession& session_;
  Diagnostics& diagnostics_;
  ProviderPool providers_;
  CheckResults checks_;
  ScopeContext scope_context_;
  std::unique_ptr<graph::ConfigGraph> graph_;
  Targeting targeting_;
  Ephemerals ephemerals_;
  std::vector<EphemeralUse> ephemeral_uses_;
  // By use: vertices that are not done, of its users and, where it has none, of what it comes after.
  std::vector<uint32_t> ephemeral_users_, ephemeral_waits_;
  std::set<std::pair<const ModuleScope*, const config::Resource*>> unopened_;  // ephemeral, after errors
  std::unique_ptr<ModuleScope> root_;
  std::vector<bool> create_before_destroy_;  // by node
  ApplyGraph order_;
  std::vector<std::vector<uint32_t>> dependants_;
  std::vector<uint32_t> waiting_;        // by vertex: how many others come first
  std::vector<uint32_t> open_;           // by vertex: tasks not done
  std::vector<FailedInstances> failed_;  // by vertex
  std::vector<uint32_t> ready_;
  std::vector<TaskPtr> frontier_;  // of the vertices just started
  std::map<ProviderConfig, bool> provider_failed_;
  std::map<ResourceInstance, Value> new_values_;          // what this apply made, marked
  std::map<ResourceInstance, std::string> deposed_keys_;  // of create-before-destroy replacements

  std::deque<TaskPtr> queue_;  // ready, intents written
  size_t running_ = 0;
  size_t total_ = 0, done_ = 0;
  std::mutex mutex_;
  std::condition_variable finished_signal_;
  std::vector<TaskPtr> finished_;
  bool halted_ = false;             // no new call may start
  bool halted_by_session_ = false;  // because nothing more could be recorded
  ApplyResult result_;
  base::core::ThreadPool pool_;  // last: its threads end before what they use goes
};

}  // namespace engine::run
