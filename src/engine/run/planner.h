// Planner: the working parts of MakePlan, shared by plan*.cc; one object for one plan.
// Not an interface for others: they call plan.h.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/graph/config_graph.h"
#include "engine/run/ephemeral_use.h"
#include "engine/run/ephemerals.h"
#include "engine/run/failures.h"
#include "engine/run/plan.h"
#include "engine/run/providers.h"
#include "engine/run/scope.h"
#include "engine/run/targeting.h"

namespace engine::run {

// One object of the previous state while it is refreshed and planned. Values are unmarked.
struct ObjectRun {
  state::ObjectPtr object;
  Value before;     // as the state holds it, upgraded to the current schema
  Value refreshed;  // as read; null: gone
  std::string private_data;
  Value identity;         // of the remote object; null: none
  bool failed = false;    // could not be decoded or read: its instance is not planned
  bool planned = false;   // belongs to an instance of the configuration
  bool recorded = false;  // it is planned what becomes of it, be it nothing
  bool changing = false;  // an update or replacement is planned
  bool upgraded = false;  // stored under an older schema, or adopted: must be written anew
  bool left_out = false;  // by -target or -exclude: neither read nor planned, and written as it was
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

// An object that its provider is to bring to the schema of today, or to have seen.
struct PendingUpgrade {
  ResourceRun* run = nullptr;
  ObjectRun* object = nullptr;
  ResourceInstance address;
  std::optional<Value> decoded;  // as it stands, where its schema is today's
};

// One instance of a resource of the configuration.
struct InstanceWork {
  graph::NodeId node = graph::kNoNode;
  const config::Resource* resource = nullptr;
  const ResourceSchema* schema = nullptr;
  Provider* provider = nullptr;
  ModuleScope* scope = nullptr;
  ResourceValues* values = nullptr;
  size_t index = 0;
  Value provider_meta;  // null: none

  const InstanceKey& key() const { return values->expansion.keys[index]; }
  Value each_value() const {
    return values->expansion.each_values.empty() ? Value() : values->expansion.each_values[index];
  }
  ResourceInstance Address() const { return {scope->path(), resource->address, key()}; }
};

// One instance of a managed resource on its way to a ResourceChange.
struct ManagedWork : InstanceWork {
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
};

// The changes planned for one resource in one module instance, as replace_triggered_by asks for them.
struct ChangesOfResource {
  std::vector<size_t> indexes;       // into plan_.resources, in the order of their keys
  std::optional<bool> any_triggers;  // whether one of all triggers; filled when first asked
};

// An object that an import block asks for, or the import command.
struct PendingImport {
  const config::Import* block = nullptr;  // null: the command, with this id
  std::string id;
  InstanceKey each_key;
  Value each_value;
  bool configured = true;  // whether the configuration has its resource
};

// One object that is to be brought in.
struct WantedImport {
  ResourceInstance address;
  changes::Importing name;
  const ResourceSchema* schema = nullptr;
  const config::Place* place = nullptr;  // of what asks for it
  std::unique_ptr<ObjectRun> run;        // what came of it; null after errors
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
  void FinishChecks();
  bool CheckResource(std::span<const config::Condition> conditions, std::string_view summary,
                     const ResourceInstance& address, const language::eval::Scope& scope);
  std::vector<ModuleScope*> RunnableScopes(graph::NodeId id);
  void PlanOutputs();
  bool IsDeclared(const config::ModuleNode& from, const language::address::Target& target, bool whole);
  void OpenEphemerals(graph::NodeId id);
  void CloseUnneeded(const std::vector<graph::NodeId>& level);
  void WarnOfForgotten();
  void LeaveDependenciesOfProtected();
  bool CheckTargets();
  bool CheckProviders();
  void LeaveOut();
  provider::api::Forecast ForecastChanges() const;
  std::shared_ptr<const state::State> PriorState();

  // plan_refresh.cc
  void LoadPrevious();
  void ConfigureProvider(graph::NodeId id);
  void Refresh(const ProviderConfig& provider_config, Provider& provider);
  void DecodePrevious(ResourceRun& run, Provider& provider, std::vector<PendingUpgrade>& upgrades);
  void DecodeObject(ResourceRun& run, ObjectRun& object, const ResourceInstance& address, Provider& provider,
                    std::vector<PendingUpgrade>& upgrades);
  void AdoptCreated(const ProviderConfig& provider_config, Provider& provider);
  Value RefreshMeta(const ResourceRun& run, const Provider& provider);
  void TakeCreated(const state::Intent& intent, provider::api::FindCreatedResponse found,
                   const ProviderConfig& provider_config, Provider& provider);
  ResourceRun* FindRun(const ModuleInstance& module, const language::address::Resource& resource);

  // plan_destroy.cc
  // Asks providers that want it about the deletions in plan_.resources.
  void AskAboutDestructions();

  // plan_upgrade.cc
  void UpgradeObjects(std::vector<PendingUpgrade> pending, Provider& provider);

  // plan_managed.cc
  // The instances that count or for_each gives, with the provider's schema; nothing after errors.
  std::optional<std::vector<InstanceWork>> CollectInstances(graph::NodeId id, ModuleScope& scope);
  void CollectManaged(graph::NodeId id, ModuleScope& scope, std::vector<ManagedWork>& works);
  void WarnOfKeylessReplace(const ModuleScope& scope, const config::Resource& resource,
                            const std::vector<InstanceKey>& keys);
  void ShowStored(ModuleScope& scope, const config::Resource& resource, Repetition repetition,
                  const ResourceRun* run) const;
  static void TakeAsStored(const ManagedWork& work);
  void PlanManaged(std::vector<ManagedWork>& works);
  void PlanChunk(std::span<ManagedWork> works);
  bool Prepare(ManagedWork& work, provider::api::PlanRequest& request);
  bool EvaluateConfig(ManagedWork& work);
  void CheckUnplanned(const ManagedWork& work);
  void TakePlanned(ManagedWork& work, provider::api::PlanResponse response);
  void PlanReplacements(std::span<ManagedWork*> works);
  void Record(ManagedWork& work);
  void DecideAction(ManagedWork& work, provider::api::PlanResponse& response);
  void Fail(ManagedWork& work);
  Value MarkedAfter(const ManagedWork& work) const;

  // plan_triggers.cc
  // Sets `triggered` when something that replace_triggered_by names changes; false after errors.
  bool TriggersReplacement(const ManagedWork& work, bool& triggered);

  // plan_import.cc
  void CollectImports(ModuleScope& scope);
  void Import(std::span<ManagedWork> works);
  std::vector<ProviderConfig> ProvidersOfUnconfiguredImports();
  void ImportWithoutConfig();
  void CheckRequestedImport();
  std::optional<WantedImport> WantGenerated(const ResourceInstance& address, const PendingImport& import,
                                            const ProviderConfig& provider_config);
  void PlanGenerated(const ProviderConfig& provider_config, WantedImport& wanted);
  std::optional<ResourceInstance> ImportAddress(const config::Import& import,
                                                const language::eval::Scope& scope);
  std::optional<changes::Importing> ImportName(const PendingImport& import, const Provider& provider,
                                               std::string_view type);
  // Imports and reads the objects, all of one provider configuration.
  void ImportObjects(const ProviderConfig& provider_config, Provider& provider,
                     std::span<WantedImport> wanted);
  // What the provider names is one object of the type: then it is to be read.
  bool TakeImported(const ProviderConfig& provider_config, const WantedImport& wanted,
                    provider::api::ImportResponse& response);
  void TakeImportRead(const ProviderConfig& provider_config, Provider& provider, WantedImport& wanted,
                      const provider::api::ImportedObject& object, provider::api::ReadResponse response);

  // plan_data.cc
  struct DataWork;
  void ReadData(const std::vector<graph::NodeId>& ids);
  bool IsPending(const DataWork& work) const;
  void CollectData(graph::NodeId id, ModuleScope& scope, std::vector<DataWork>& works);
  bool PrepareData(DataWork& work);
  void TakeData(DataWork& work, provider::api::ReadDataResponse response);
  void DeferData(DataWork& work);
  void PlanRead(const DataWork& work, changes::ActionReason reason, Value after);

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
  void CollectRelevant();
  void CollectUnplanned();

  const RunContext& context_;
  const PlanOptions& options_;
  Diagnostics& diagnostics_;
  std::shared_ptr<const state::State> previous_;
  ProviderPool providers_;
  const base::diag::Severity condition_severity_;  // of a condition that does not hold
  CheckResults checks_;
  ScopeContext scope_context_;
  std::unique_ptr<graph::ConfigGraph> graph_;
  Targeting targeting_;
  std::set<ResourceInstance> destroyed_;     // in a destroy run with targets: what is
  std::vector<bool> create_before_destroy_;  // by node
  std::unique_ptr<ModuleScope> root_;
  std::unordered_map<const config::ModuleNode*, std::vector<ModuleScope*>> scopes_;
  Failures failures_;
  std::vector<ResourceRun> runs_;                      // parallel to previous_->resources
  std::map<ResourceInstance, PendingImport> imports_;  // wanted, and not in the state already
  std::map<ResourceInstance, std::unique_ptr<ObjectRun>> new_objects_;  // imported or adopted in this run
  std::vector<std::unique_ptr<config::Configuration>> generated_;       // configuration made for imports
  // Resources with any change but no-op, and the module instances of those.
  std::unordered_map<graph::NodeId, std::set<ModuleInstance>> changing_;
  std::vector<std::pair<ResourceInstance, state::ObjectPtr>> data_objects_;  // read in this walk
  std::map<ResourceInstance, ProviderConfig> data_providers_;
  std::unordered_map<std::string, ChangesOfResource> changes_of_;  // by resource with its module instance
  std::map<ResourceInstance, ResourceInstance> moved_from_;        // new address -> old
  std::unordered_set<std::string> evaluated_outputs_;              // of the root module
  std::vector<std::pair<const ModuleScope*, std::string_view>> evaluated_below_;  // of other modules
  Ephemerals ephemerals_;
  std::vector<EphemeralUse> ephemeral_uses_;
  bool considered_ = false;  // any instance was planned, changed or not
  changes::Plan plan_;
};

}  // namespace engine::run
