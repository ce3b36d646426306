#include "engine/run/plan.h"

#include <algorithm>

#include "base/core/clock.h"
#include "base/core/product.h"
#include "engine/run/conditions.h"
#include "engine/run/create_before_destroy.h"
#include "engine/run/move_checks.h"
#include "engine/run/moves.h"
#include "engine/run/planner.h"
#include "engine/run/provider_config.h"

namespace engine::run {

using changes::Action;
using changes::Mode;
using graph::NodeId;
using graph::NodeKind;

PlanResult MakePlan(const RunContext& context, std::shared_ptr<const state::State> previous,
                    const PlanOptions& options, Diagnostics& diagnostics) {
  return Planner(context, std::move(previous), options, diagnostics).Run();
}

Planner::Planner(const RunContext& context, std::shared_ptr<const state::State> previous,
                 const PlanOptions& options, Diagnostics& diagnostics)
    : context_(context),
      options_(options),
      diagnostics_(diagnostics),
      previous_(std::move(previous)),
      providers_(context.providers, context.substitutes),
      condition_severity_(options.mode == Mode::kNormal ? base::diag::Severity::kError
                                                        : base::diag::Severity::kWarning),
      checks_(*context.configuration),
      scope_context_{Phase::kPlan, &context, &providers_, &checks_, condition_severity_},
      ephemerals_(*context.hooks, context.stop) {
  plan_.mode = options.mode;
  plan_.timestamp = context.functions.plan_timestamp;
  plan_.previous_state = previous_;
  plan_.targets = options.targets;
  plan_.excludes = options.excludes;
  // Ephemeral values are never stored: who applies a saved plan gives them again.
  plan_.ephemeral_variables = context.given_ephemeral;
  plan_.given = context.given;
  for (const auto& [name, value] : context.variables)
    if (!(value.MarksDeep() & language::value::kEphemeral)) plan_.variables.emplace_back(name, value);
}

PlanResult Planner::Run() {
  if (!options_.targets.empty() || !options_.excludes.empty())
    diagnostics_.Warning("Resource targeting is in effect",
                         "With -target or -exclude, a plan covers only a part of the configuration: other "
                         "changes may be left to make after it.\n\nThese options help after mistakes and "
                         "with errors that name them. They are not meant for every day.");
  previous_ = ApplyMoves(*context_.configuration, previous_, providers_, moved_from_, diagnostics_);
  // Where an object could not be taken along, a plan would make another in its place.
  const bool moved = !diagnostics_.HasErrors();
  LoadPrevious();
  std::vector<ProviderConfig> state_providers;
  for (const ResourceRun& run : runs_) state_providers.push_back(run.provider);
  for (const state::Intent& intent : options_.in_doubt) state_providers.push_back(intent.provider);
  root_ = std::make_unique<ModuleScope>(scope_context_, *context_.configuration->root, ModuleInstance(),
                                        nullptr, InstanceKey(), Value());
  scopes_[&root_->node()].push_back(root_.get());
  for (const ProviderConfig& provider : ProvidersOfUnconfiguredImports()) state_providers.push_back(provider);
  graph_ = std::make_unique<graph::ConfigGraph>(*context_.configuration, state_providers, diagnostics_);
  ephemeral_uses_ = FindEphemeralUses(*graph_);
  create_before_destroy_ = CreateBeforeDestroy(*graph_);
  targeting_ = Targeting(options_.targets, options_.excludes, *graph_);
  LeaveOut();

  if (options_.import) imports_[options_.import->address] = PendingImport{.id = options_.import->id};
  bool removed_ok =
      moved && CheckRemoved(*context_.configuration, diagnostics_) && CheckTargets() && CheckProviders();
  size_t walked_nodes = 0;
  for (const std::vector<NodeId>& level : graph_->levels()) {
    if (context_.stop.stop_requested() || !removed_ok || !moved) break;
    context_.hooks->PlanProgress(walked_nodes, graph_->nodes().size());
    WalkLevel(level);
    walked_nodes += level.size();
    CloseUnneeded(level);
  }
  if (context_.stop.stop_requested())
    diagnostics_.Error("Execution halted", "The run was interrupted before the plan was complete.");
  if (options_.mode == Mode::kNormal) ImportWithoutConfig();
  CheckRequestedImport();
  auto is_declared = [this](const config::ModuleNode& from, const language::address::Target& target,
                            bool whole) { return IsDeclared(from, target, whole); };
  bool walked = !graph_->levels().empty() && removed_ok && moved &&
                CheckMoves(*context_.configuration, is_declared, diagnostics_);
  // Where statements are wrong, what they left in the way says nothing.
  if (!walked)
    std::erase_if(diagnostics_.mutable_items(), [](const base::diag::Diagnostic& diagnostic) {
      return diagnostic.summary == "Unresolved resource instance address changes";
    });
  // To destroy after an error could take away what the configuration would have kept.
  if (options_.mode == Mode::kDestroy && diagnostics_.HasErrors()) walked = false;
  if (options_.mode != Mode::kRefreshOnly && walked) {
    PlanOrphans();
    PlanDeposed();
    AskAboutDestructions();
    if (options_.mode == Mode::kDestroy) LeaveDependenciesOfProtected();
  }
  if (walked) {
    VisitChecks();
    PlanOutputs();
    // A destroy begins with what a refresh has found.
    if (options_.mode != Mode::kDestroy) CollectDrift();
    CollectRelevant();
    changes::SortForDisplay(plan_.resources);
    if (options_.mode == Mode::kNormal) CollectUnplanned();
    WarnOfForgotten();
  }
  ephemerals_.CloseAll(diagnostics_);
  // Conditions on what goes away are asked for their mistakes only.
  if (options_.mode == Mode::kDestroy && !diagnostics_.HasErrors())
    std::erase_if(diagnostics_.mutable_items(), [](const base::diag::Diagnostic& diagnostic) {
      return diagnostic.origin != base::diag::Origin::kOther;
    });
  plan_.errored = diagnostics_.HasErrors();
  if (plan_.errored)
    plan_.check_results = checks_.ToJson();
  else
    FinishChecks();
  plan_.prior_state = PriorState();

  provider::api::Forecast forecast = ForecastChanges();
  bool considered = considered_ || !plan_.resources.empty() || !plan_.outputs.empty();
  PlanResult result{.plan = std::move(plan_),
                    .walked = walked,
                    .considered = considered,
                    .usage = providers_.TotalUsage(),
                    .forecast = forecast};
  if (options_.inspect) options_.inspect(*root_);
  providers_.EndWalk();
  return result;
}

// Whether the configuration has what the target names, seen from a module (move_checks.h).
bool Planner::IsDeclared(const config::ModuleNode& from, const language::address::Target& target,
                         bool whole) {
  auto known = scopes_.find(&from);
  if (known == scopes_.end()) return false;
  std::vector<ModuleScope*> scopes = known->second;
  for (size_t index = 0; index < target.module.steps.size(); ++index) {
    const language::address::ModuleStep& step = target.module.steps[index];
    bool any_key = whole && !target.resource && index + 1 == target.module.steps.size();
    std::string name(step.name);
    std::vector<ModuleScope*> inside;
    for (ModuleScope* scope : scopes) {
      if (!scope->IsCallExpanded(name)) continue;
      for (std::unique_ptr<ModuleScope>& child : scope->Children(name))
        if (any_key || child->key() == step.key) inside.push_back(child.get());
    }
    scopes = std::move(inside);
  }
  if (!target.resource) return !scopes.empty();
  std::string resource = target.resource->ToString();
  for (ModuleScope* scope : scopes) {
    if (whole && scope->node().module->resources.contains(resource)) return true;
    const ResourceValues* values = scope->FindValues(resource);
    if (values && values->expanded &&
        std::binary_search(values->expansion.keys.begin(), values->expansion.keys.end(), target.key))
      return true;
  }
  return false;
}

// Objects of the state that the run does not look at.
void Planner::LeaveOut() {
  if (!targeting_.active()) return;
  if (options_.mode == Mode::kDestroy) destroyed_ = targeting_.ToDestroy(*previous_);
  // What a dead run may have made is looked for now: the next run will know nothing of it.
  for (const state::Intent& intent : options_.in_doubt)
    if (NodeId provider = graph_->FindProvider(intent.provider); provider != graph::kNoNode)
      targeting_.Keep(provider);
  for (ResourceRun& run : runs_) {
    const config::ModuleNode* node = context_.configuration->Find(run.state->module);
    NodeId id =
        node && !graph_->nodes().empty() ? graph_->FindResource(*node, run.state->resource) : graph::kNoNode;
    for (size_t index = 0; index < run.current.size(); ++index) {
      ResourceInstance address{run.state->module, run.state->resource, run.state->instances[index].key};
      run.current[index].left_out =
          id == graph::kNoNode ? !targeting_.KeepsAlone(address) : !targeting_.Keeps(id, address);
      const NodeId provider = graph_->FindProvider(run.provider);
      const bool used = !run.current[index].left_out || destroyed_.contains(address) ||
                        (!run.state->instances[index].deposed.empty() && targeting_.KeepsAlone(address));
      if (used && provider != graph::kNoNode) targeting_.Keep(provider);
    }
  }
}

// What moves must be looked at in both places.
bool Planner::CheckTargets() {
  std::vector<std::string> missed = MovesOutOfReach(options_.targets, moved_from_);
  if (missed.empty()) return true;
  std::string options;
  for (const std::string& address : missed) options += fmt::format("\n  -target='{}'", address);
  diagnostics_.Error("Moved resource instances excluded by targeting",
                     "Objects are to move from or to addresses that no -target names. Apply the moves with a "
                     "plan of everything, or name these too:" +
                         options);
  return false;
}

// Objects without a configuration go by the provider configuration that made them: with another one they
// might be looked for in the wrong place. The default one of a provider needs no block.
bool Planner::CheckProviders() {
  bool ok = true;
  for (const ResourceRun& run : runs_) {
    const ProviderConfig& provider = run.provider;
    if (run.config || (provider.module.IsRoot() && provider.alias.empty())) continue;
    const config::ModuleNode* node = context_.configuration->Find(provider.module);
    if (node && FindProviderBlock(*node->module, provider)) continue;
    for (const state::Instance& instance : run.state->instances) {
      const std::string address =
          ResourceInstance{run.state->module, run.state->resource, instance.key}.ToString();
      diagnostics_.Error(
          "Provider configuration not present",
          fmt::format(
              "{} was made with the provider configuration {}, which is not there any more. Add it again "
              "until the object is destroyed, or take the object out of the state:\n    {} state rm "
              "'{}'",
              address, provider.ToString(), base::core::ProgramName(), address));
      ok = false;
    }
  }
  return ok;
}

void Planner::WarnOfForgotten() {
  std::string list;
  for (const changes::ResourceChange& change : plan_.resources)
    if (change.action == Action::kForget) list += "\n - " + change.address.ToString();
  if (list.empty()) return;
  diagnostics_.Warning(base::core::Spoken("Some objects will no longer be managed by Parterre"),
                       "Applying this plan takes these objects out of the state. They go on existing, and "
                       "nothing here manages them any more:" +
                           list);
}

// Providers run beside each other: calls add up, the longest time counts.
provider::api::Forecast Planner::ForecastChanges() const {
  std::map<ProviderConfig, std::vector<provider::api::PlannedChange>> by_provider;
  for (const changes::ResourceChange& change : plan_.resources) {
    char action = change.action == Action::kCreate    ? 'c'
                  : change.action == Action::kUpdate  ? 'u'
                  : change.action == Action::kDelete  ? 'd'
                  : changes::IsReplace(change.action) ? 'r'
                                                      : ' ';
    if (action != ' ')
      by_provider[change.provider].push_back(
          {change.address.resource.type, action, change.before.UnmarkedDeep(), change.after.UnmarkedDeep()});
  }
  provider::api::Forecast total;
  for (const auto& [config, changes] : by_provider) {
    Provider* provider = providers_.Configured(config);
    if (!provider || provider->IsLocal()) continue;
    provider::api::Forecast forecast = provider->ForecastChanges(changes);
    total.calls += forecast.calls;
    total.duration = std::max(total.duration, forecast.duration);
  }
  return total;
}

void Planner::WalkLevel(const std::vector<NodeId>& level) {
  std::vector<ManagedWork> managed;
  std::vector<NodeId> data;
  for (NodeId id : level) {
    if (!targeting_.Keeps(id)) continue;
    const graph::Node& node = graph_->node(id);
    switch (node.kind) {
      case NodeKind::kModule:
        VisitModule(id);
        break;
      case NodeKind::kVariable:
      case NodeKind::kLocal:
      case NodeKind::kOutput:
        VisitNamedValues(id);
        break;
      case NodeKind::kProvider:
        ConfigureProvider(id);
        break;
      case NodeKind::kCheck:
        break;  // after everything else
      case NodeKind::kResource:
        switch (node.resource->address.mode) {
          case language::address::ResourceMode::kData:
            data.push_back(id);
            break;
          case language::address::ResourceMode::kManaged:
            for (ModuleScope* scope : RunnableScopes(id)) CollectManaged(id, *scope, managed);
            break;
          case language::address::ResourceMode::kEphemeral:
            OpenEphemerals(id);
            break;
        }
        break;
    }
  }
  if (!data.empty()) ReadData(data);
  if (!managed.empty()) PlanManaged(managed);
}

// What only values of later levels could still need. Providers are asked until the end of the run.
void Planner::CloseUnneeded(const std::vector<NodeId>& level) {
  if (level.empty()) return;
  for (const EphemeralUse& use : ephemeral_uses_)
    if (use.last_level == graph_->node(level[0]).level && use.providers.empty() && !use.checked)
      ephemerals_.Close(*use.resource, diagnostics_);
}

void Planner::OpenEphemerals(NodeId id) {
  const config::Resource& resource = *graph_->node(id).resource;
  const EphemeralOptions options{Phase::kPlan, condition_severity_, context_.hooks, &checks_};
  for (ModuleScope* scope : RunnableScopes(id)) {
    Provider* provider = providers_.Configured(resource.provider);
    if (!provider || !OpenEphemeral(resource, *scope, *provider, options, ephemerals_, diagnostics_))
      failures_.Add(id, scope);
  }
}

// The module instances in which nothing that the node needs has failed; the others fail with it.
std::vector<ModuleScope*> Planner::RunnableScopes(NodeId id) {
  std::vector<ModuleScope*> runnable;
  for (ModuleScope* scope : scopes_[graph_->node(id).module]) {
    if (failures_.Blocks(*graph_, id, *scope))
      failures_.Add(id, scope);
    else
      runnable.push_back(scope);
  }
  return runnable;
}

void Planner::VisitModule(NodeId id) {
  const config::ModuleNode& node = *graph_->node(id).module;
  if (!node.parent) {
    CollectImports(*root_);
    return;
  }
  for (ModuleScope* parent : scopes_[node.parent]) {
    if (failures_.Blocks(*graph_, id, *parent)) {
      failures_.Add(id, parent);
      continue;
    }
    const config::ModuleCall& call = *node.call;
    std::string address = parent->path().Child(call.name).ToString();
    std::optional<Expansion> expansion =
        Expand(call.count, call.for_each, *parent, Phase::kPlan, address, diagnostics_);
    if (!expansion) {
      failures_.Add(id, parent);
      continue;
    }
    parent->ExpandCall(call.name, std::move(*expansion));
    for (std::unique_ptr<ModuleScope>& child : parent->Children(call.name))
      if (!context_.substitutes || !context_.substitutes->OutputsOf(child->path()))
        scopes_[&node].push_back(child.get());
  }
}

void Planner::VisitNamedValues(NodeId id) {
  const graph::Node& node = graph_->node(id);
  std::string name(node.name);
  for (ModuleScope* scope : RunnableScopes(id)) {
    bool ok = true;
    if (node.kind == NodeKind::kVariable) ok = scope->EnsureVariable(name, diagnostics_);
    if (node.kind == NodeKind::kLocal) ok = scope->EnsureLocal(name, diagnostics_);
    if (node.kind == NodeKind::kOutput) ok = scope->EnsureOutput(name, diagnostics_);
    if (!ok)
      failures_.Add(id, scope);
    else if (node.kind == NodeKind::kOutput && node.module->parent)
      evaluated_below_.emplace_back(scope, node.name);
    else if (node.kind == NodeKind::kOutput)
      evaluated_outputs_.insert(name);
  }
}

void Planner::VisitChecks() {
  for (const std::vector<NodeId>& level : graph_->levels())
    for (NodeId id : level) {
      const graph::Node& node = graph_->node(id);
      if (node.kind != NodeKind::kCheck || !targeting_.Keeps(id)) continue;
      const config::Check& check = node.module->module->checks.at(std::string(node.name));
      for (ModuleScope* scope : RunnableScopes(id))
        CheckConditions(check.assertions, "Check block assertion failed", *scope,
                        base::diag::Severity::kWarning, CheckedName("check", node.name, scope->path()),
                        &checks_, diagnostics_);
    }
}

// Pre- and postconditions of one instance; false when planning it must not go on.
bool Planner::CheckResource(std::span<const config::Condition> conditions, std::string_view summary,
                            const ResourceInstance& address, const language::eval::Scope& scope) {
  return conditions.empty() || CheckConditions(conditions, summary, scope, condition_severity_,
                                               CheckedResource(address), &checks_, diagnostics_);
}

// What has conditions is listed with all its objects, also those of which nothing came.
void Planner::FinishChecks() {
  for (NodeId id = 0; id < graph_->nodes().size(); ++id) {
    if (!targeting_.Keeps(id)) continue;
    const graph::Node& node = graph_->node(id);
    const config::Module& module = *node.module->module;
    const std::string name(node.name);
    std::string_view kind;
    if (node.kind == NodeKind::kOutput && !module.outputs.at(name).preconditions.empty()) kind = "output";
    if (node.kind == NodeKind::kVariable && !module.variables.at(name).validations.empty()) kind = "var";
    if (node.kind == NodeKind::kCheck) kind = "check";
    const bool resource = node.kind == NodeKind::kResource && HasConditions(*node.resource);
    if (kind.empty() && !resource) continue;
    for (ModuleScope* scope : scopes_[node.module]) {
      if (!resource) {
        checks_.Expect(CheckedName(kind, name, scope->path()));
        continue;
      }
      const ResourceValues* values = scope->FindValues(name);
      if (!values || !values->expanded) continue;
      for (const InstanceKey& key : values->expansion.keys)
        checks_.Expect(CheckedResource({scope->path(), node.resource->address, key}));
    }
  }
  if (!targeting_.active()) checks_.KnowAll();
  plan_.check_results = checks_.ToJson();
}

void Planner::PlanOutputs() {
  const auto& declared = context_.configuration->root->module->outputs;
  bool destroy = options_.mode == Mode::kDestroy;
  if (destroy && targeting_.active()) return;  // there may be something left to tell of
  // What is to be destroyed is first looked at, and so are the outputs.
  bool asked = destroy && options_.refresh && !previous_->Empty();
  auto before_of = [&](const std::string& name) -> const state::OutputValue* {
    auto found = previous_->outputs.find(name);
    return found == previous_->outputs.end() ? nullptr : &found->second;
  };
  for (const auto& [name, output] : declared) {
    changes::OutputChange change{.name = name, .sensitive = output.sensitive};
    const state::OutputValue* before = before_of(name);
    if (before)
      change.before =
          before->sensitive ? before->value.WithMarks(language::value::kSensitive) : before->value;
    if (destroy) {
      bool known = asked && !output.ephemeral && evaluated_outputs_.contains(name) &&
                   root_->OutputValue(name).IsWhollyKnown();
      if (known) change.before = root_->OutputValue(name);
      if (known && output.sensitive && !change.before.IsNull())
        change.before = change.before.WithMarks(language::value::kSensitive);
      if (change.before.IsNull()) continue;
      change.action = Action::kDelete;
      change.sensitive = known ? output.sensitive : before && before->sensitive;
      plan_.outputs.push_back(std::move(change));
      continue;
    }
    if (output.ephemeral || !evaluated_outputs_.contains(name)) continue;
    Value after = root_->OutputValue(name);
    if (!CheckOutputMarks(output, after, diagnostics_)) continue;
    if (output.sensitive) after = after.WithMarks(language::value::kSensitive);
    change.after = after;
    bool same = before && before->sensitive == output.sensitive && before->value.type() == after.type() &&
                language::value::Value::KnownEqual(before->value, after.UnmarkedDeep());
    if (!before && after.IsNull()) same = true;
    if (same)
      change.action = Action::kNoOp;
    else if (!before)
      change.action = Action::kCreate;
    else
      change.action = Action::kUpdate;
    plan_.outputs.push_back(std::move(change));
  }
  for (const auto& [name, value] : previous_->outputs) {
    if (declared.contains(name) || targeting_.active()) continue;
    changes::OutputChange change{.name = name, .action = Action::kDelete, .sensitive = value.sensitive};
    change.before = value.sensitive ? value.value.WithMarks(language::value::kSensitive) : value.value;
    plan_.outputs.push_back(std::move(change));
  }
  std::sort(plan_.outputs.begin(), plan_.outputs.end(),
            [](const changes::OutputChange& a, const changes::OutputChange& b) { return a.name < b.name; });
}

}  // namespace engine::run
