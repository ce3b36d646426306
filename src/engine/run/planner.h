// Planner: the working parts of MakePlan, shared by plan*.cc; one object for one plan.
// Not an interface for others: they call plan.h.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/graph/config_graph.h"
#include "engine/run/failures.h"
#include "engine/run/plan.h"
#include "engine/run/providers.h"
#include "engine/run/scope.h"

namespace engine::run {

// One object of the previous state while it is refreshed and planned. Values are unmarked.
struct ObjectRun {
  state::ObjectPtr object;
  Value before;     // as the state holds it, upgraded to the current schema
  Value refreshed;  // as read; null: gone
  std::string private_data;
  bool failed = false;    // could not be decoded or read: its instance is not planned
  bool planned = false;   // belongs to an instance of the configuration
  bool upgraded = false;  // stored under an older schema, or adopted: must be written anew
};

struct DeposedRun {
  size_t instance = 0;  // index into state->instances
  std::string key;
  ObjectRun run;
};

// A resource of the previous state in this run.
struct ResourceRun {
  const state::ResourceState* state = nullptr;
  const config::Resource* config = nullptr;  // null: an orphan
  ProviderConfig provider;                   // by the configuration, else by the state
  const ResourceSchema* schema = nullptr;
  std::vector<ObjectRun> current;  // parallel to state->instances
  std::vector<DeposedRun> deposed;
};

// One instance of a managed resource on its way to a ResourceChange.
struct ManagedWork {
  graph::NodeId node = graph::kNoNode;
  const config::Resource* resource = nullptr;
  const ResourceSchema* schema = nullptr;
  Provider* provider = nullptr;
  ModuleScope* scope = nullptr;
  ResourceValues* values = nullptr;
  size_t index = 0;
  ObjectRun* run = nullptr;  // null: nothing in the state
  std::optional<changes::Importing> importing;
  bool tainted = false;
  bool failed = false;
  bool planned_here = false;  // the provider was asked: there is something to record
  changes::ActionReason forced =
      changes::ActionReason::kNone;  // a replacement asked for by -replace or a trigger
  Value prior;                       // unmarked; null for creation
  Value config;                      // unmarked
  Value effective_config;            // the same with ignore_changes applied
  std::vector<std::pair<language::value::Path, language::value::Marks>> config_marks;
  Value planned;  // unmarked
  std::vector<language::value::Path> replace_paths;
  std::string private_data;
  changes::Action action = changes::Action::kNoOp;
  changes::ActionReason reason = changes::ActionReason::kNone;

  const InstanceKey& key() const { return values->expansion.keys[index]; }
  Value each_value() const {
    return values->expansion.each_values.empty() ? Value() : values->expansion.each_values[index];
  }
  ResourceInstance Address() const { return {scope->path(), resource->address, key()}; }
};

// An object that an import block asks for.
struct PendingImport {
  const config::Import* block = nullptr;
  InstanceKey each_key;
  Value each_value;
  bool configured = true;  // whether the configuration has its resource
};

class Planner {
 public:
  Planner(const RunContext& context, std::shared_ptr<const state::State> previous, const PlanOptions& options,
          Diagnostics& diagnostics);
  PlanResult Run();

 private:
  // plan.cc: the walk
  void WalkLevel(const std::vector<graph::NodeId>& level);
  void VisitModule(graph::NodeId id);
  void VisitNamedValues(graph::NodeId id);
  void VisitChecks();
  std::vector<ModuleScope*> RunnableScopes(graph::NodeId id);
  void PlanOutputs();
  bool IsDeclared(const config::ModuleNode& from, const language::address::Target& target, bool whole);
  void WarnOfForgotten();
  provider::api::Forecast ForecastChanges() const;
  std::shared_ptr<const state::State> PriorState();

  // plan_refresh.cc
  void LoadPrevious();
  void ConfigureProvider(graph::NodeId id);
  void Refresh(const ProviderConfig& provider_config, Provider& provider);
  void DecodePrevious(ResourceRun& run, Provider& provider);
  void DecodeObject(ResourceRun& run, ObjectRun& object, const ResourceInstance& address, Provider& provider);
  void AdoptCreated(const ProviderConfig& provider_config, Provider& provider);
  ResourceRun* FindRun(const ModuleInstance& module, const language::address::Resource& resource);

  // plan_managed.cc
  void CollectManaged(graph::NodeId id, ModuleScope& scope, std::vector<ManagedWork>& works);
  void WarnOfKeylessReplace(const ModuleScope& scope, const config::Resource& resource,
                            const std::vector<InstanceKey>& keys);
  void PlanManaged(std::vector<ManagedWork>& works);
  void PlanChunk(std::span<ManagedWork> works);
  bool Prepare(ManagedWork& work, provider::api::PlanRequest& request);
  bool EvaluateConfig(ManagedWork& work);
  void TakePlanned(ManagedWork& work, provider::api::PlanResponse response);
  void PlanReplacements(std::span<ManagedWork*> works);
  void Record(ManagedWork& work);
  void DecideAction(ManagedWork& work, provider::api::PlanResponse& response);
  bool TriggersReplacement(const ManagedWork& work);
  void Fail(ManagedWork& work);
  Value MarkedAfter(const ManagedWork& work) const;

  // plan_import.cc
  void CollectImports(ModuleScope& scope);
  bool Import(ManagedWork& work);
  std::vector<ProviderConfig> ProvidersOfUnconfiguredImports();
  void ImportWithoutConfig();
  void PlanGenerated(const ResourceInstance& address, const PendingImport& import,
                     const ProviderConfig& provider_config);
  std::optional<std::string> ImportId(const PendingImport& import);
  // Imports and reads the object; null after errors.
  std::unique_ptr<ObjectRun> ImportObject(const ResourceInstance& address, const std::string& id,
                                          const ProviderConfig& provider_config, Provider& provider,
                                          const ResourceSchema& schema, const config::Place& place);

  // plan_data.cc
  struct DataWork;
  void ReadData(const std::vector<graph::NodeId>& ids);
  void CollectData(graph::NodeId id, ModuleScope& scope, std::vector<DataWork>& works);
  bool PrepareData(DataWork& work);
  void TakeData(DataWork& work, provider::api::ReadDataResponse response);
  void DeferData(DataWork& work);

  // plan_orphans.cc
  void PlanOrphans();
  void PlanOrphan(ResourceRun& run, size_t index);
  void DestroyAdopted();
  void PlanDeposed();
  bool IsUncertain(const ResourceRun& run) const;
  bool IsForgotten(const ResourceRun& run, const ResourceInstance& address) const;
  changes::ActionReason DeleteReason(const ResourceRun& run, const InstanceKey& key,
                                     changes::ResourceChange& change);
  const config::Removed* FindRemoved(const ResourceInstance& address) const;

  // plan_drift.cc
  void CollectDrift();
  void CollectRelevantAttributes();

  const RunContext& context_;
  const PlanOptions& options_;
  Diagnostics& diagnostics_;
  std::shared_ptr<const state::State> previous_;
  ProviderPool providers_;
  ScopeContext scope_context_;
  std::unique_ptr<graph::ConfigGraph> graph_;
  std::vector<bool> create_before_destroy_;  // by node
  std::unique_ptr<ModuleScope> root_;
  std::unordered_map<const config::ModuleNode*, std::vector<ModuleScope*>> scopes_;
  Failures failures_;
  std::vector<ResourceRun> runs_;                      // parallel to previous_->resources
  std::map<ResourceInstance, PendingImport> imports_;  // wanted, and not in the state already
  std::map<ResourceInstance, std::unique_ptr<ObjectRun>> new_objects_;  // imported or adopted in this run
  std::vector<std::unique_ptr<config::Configuration>> generated_;       // configuration made for imports
  std::unordered_set<graph::NodeId> changing_;                          // resources with any change but no-op
  std::vector<std::pair<ResourceInstance, state::ObjectPtr>> data_objects_;  // read in this walk
  std::map<ResourceInstance, ProviderConfig> data_providers_;
  std::unordered_map<std::string, std::vector<size_t>>
      changes_of_;  // by resource with its module instance: indexes into plan_.resources
  std::map<ResourceInstance, ResourceInstance> moved_from_;  // new address -> old
  std::unordered_set<std::string> evaluated_outputs_;        // of the root module
  bool considered_ = false;                                  // any instance was planned, changed or not
  changes::Plan plan_;
};

}  // namespace engine::run
