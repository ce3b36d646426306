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
#include <unordered_map>
#include <vector>

#include "base/core/thread_pool.h"
#include "engine/graph/config_graph.h"
#include "engine/run/apply.h"
#include "engine/run/apply_graph.h"
#include "engine/run/providers.h"
#include "engine/run/scope.h"

namespace engine::run {

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
  bool no_change = false;  // turned out to be what is there already: nothing is sent
  provider::api::ApplyResponse response;
};

class Applier {
 public:
  Applier(const RunContext& context, const changes::Plan& plan, state::StateSession& session,
          Diagnostics& diagnostics);
  ApplyResult Run();

 private:
  using TaskPtr = std::unique_ptr<ApplyTask>;

  // apply.cc: the walk
  bool Begin();
  void Walk();
  void StartVertex(uint32_t id);
  void StartFrontier();
  void FinishVertex(uint32_t id);
  bool IsBlocked(const ApplyVertex& vertex, const ModuleInstance& module) const;
  void RunLocal(std::vector<TaskPtr> tasks);
  bool WriteIntents(const std::vector<TaskPtr>& tasks);
  void Dispatch();
  void CallRead(ApplyTask& task);
  void Collect(bool wait);
  void FinishTask(TaskPtr task);
  void FailTask(const ApplyTask& task);
  void RecordUnchanged(const ApplyTask& task);
  void CheckSession(base::core::Result<void> result);

  // apply_change.cc: create, update, read
  TaskPtr PrepareChange(uint32_t vertex, const changes::ResourceChange& change);
  bool EvaluateTask(ApplyTask& task);
  void PlanTasks(std::vector<TaskPtr>& tasks);
  bool TakeFinalPlan(ApplyTask& task, provider::api::PlanResponse response);
  void FinishChange(ApplyTask& task);
  void FinishRead(ApplyTask& task);
  void Depose(const ApplyTask& task);
  state::ObjectPtr ObjectBefore(const ApplyTask& task) const;
  bool CheckPostconditions(ApplyTask& task, const Value& marked);

  // apply_destroy.cc
  TaskPtr PrepareDestroy(uint32_t vertex, const changes::ResourceChange& change);
  void FinishDestroy(ApplyTask& task);

  // apply_scope.cc: what expressions see while applying
  const config::Resource* ConfigOf(const ResourceInstance& address) const;  // null: no longer there
  ModuleScope* ScopeOf(const ModuleInstance& path);
  void Materialize(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics);
  Provider* ProviderFor(const ProviderConfig& config);
  void SetValue(const ResourceInstance& address, const Value& marked);
  void FinishOutputs(ApplyResult& result);

  const RunContext& context_;
  const changes::Plan& plan_;
  state::StateSession& session_;
  Diagnostics& diagnostics_;
  ProviderPool providers_;
  ScopeContext scope_context_;
  std::unique_ptr<graph::ConfigGraph> graph_;
  std::unique_ptr<ModuleScope> root_;
  std::vector<bool> create_before_destroy_;  // by node
  ApplyGraph order_;
  std::vector<std::vector<uint32_t>> dependants_;
  std::vector<uint32_t> waiting_;                    // by vertex: how many others come first
  std::vector<uint32_t> open_;                       // by vertex: tasks not done
  std::vector<std::vector<ModuleInstance>> failed_;  // by vertex: module instances in which something failed
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
