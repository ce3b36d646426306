#include "engine/run/plan.h"

#include <algorithm>

#include "base/core/clock.h"
#include "engine/run/conditions.h"
#include "engine/run/create_before_destroy.h"
#include "engine/run/move_checks.h"
#include "engine/run/moves.h"
#include "engine/run/planner.h"

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
      providers_(context.providers),
      scope_context_{Phase::kPlan, &context, &providers_} {
  plan_.mode = options.mode;
  plan_.timestamp = context.functions.plan_timestamp;
  plan_.previous_state = previous_;
  // Ephemeral values are never stored: who applies a saved plan gives them again.
  for (const auto& [name, value] : context.variables)
    if (!(value.MarksDeep() & language::value::kEphemeral)) plan_.variables.emplace_back(name, value);
}

PlanResult Planner::Run() {
  previous_ = ApplyMoves(*context_.configuration, previous_, moved_from_, diagnostics_);
  LoadPrevious();
  std::vector<ProviderConfig> state_providers;
  for (const ResourceRun& run : runs_) state_providers.push_back(run.provider);
  for (const state::Intent& intent : options_.in_doubt) state_providers.push_back(intent.provider);
  root_ = std::make_unique<ModuleScope>(scope_context_, *context_.configuration->root, ModuleInstance(),
                                        nullptr, InstanceKey(), Value());
  scopes_[&root_->node()].push_back(root_.get());
  for (const ProviderConfig& provider : ProvidersOfUnconfiguredImports()) state_providers.push_back(provider);
  graph_ = std::make_unique<graph::ConfigGraph>(*context_.configuration, state_providers, diagnostics_);
  create_before_destroy_ = CreateBeforeDestroy(*graph_);

  bool removed_ok = CheckRemoved(*context_.configuration, diagnostics_);
  for (const std::vector<NodeId>& level : graph_->levels()) {
    if (context_.stop.stop_requested() || !removed_ok) break;
    WalkLevel(level);
  }
  if (context_.stop.stop_requested())
    diagnostics_.Error("Execution halted", "The run was interrupted before the plan was complete.");
  if (options_.mode == Mode::kNormal) ImportWithoutConfig();
  auto is_declared = [this](const config::ModuleNode& from, const language::address::Target& target,
                            bool whole) { return IsDeclared(from, target, whole); };
  bool walked = !graph_->levels().empty() && removed_ok &&
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
  }
  if (walked) {
    VisitChecks();
    PlanOutputs();
    CollectDrift();
    changes::SortForDisplay(plan_.resources);
    WarnOfForgotten();
  }
  plan_.errored = diagnostics_.HasErrors();
  plan_.prior_state = PriorState();

  provider::api::Forecast forecast = ForecastChanges();
  bool considered = considered_ || !plan_.resources.empty() || !plan_.outputs.empty();
  PlanResult result{.plan = std::move(plan_),
                    .walked = walked,
                    .considered = considered,
                    .usage = providers_.TotalUsage(),
                    .forecast = forecast};
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

void Planner::WarnOfForgotten() {
  std::string list;
  for (const changes::ResourceChange& change : plan_.resources)
    if (change.action == Action::kForget) list += "\n - " + change.address.ToString();
  if (list.empty()) return;
  diagnostics_.Warning("Some objects will no longer be managed by Parterre",
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
        if (node.resource->address.mode == language::address::ResourceMode::kData)
          data.push_back(id);
        else
          for (ModuleScope* scope : RunnableScopes(id)) CollectManaged(id, *scope, managed);
        break;
    }
  }
  if (!data.empty()) ReadData(data);
  if (!managed.empty()) PlanManaged(managed);
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
    if (node.kind == NodeKind::kOutput) {
      const config::Output& output = node.module->module->outputs.at(name);
      base::diag::Severity severity =
          options_.mode == Mode::kNormal ? base::diag::Severity::kError : base::diag::Severity::kWarning;
      ok = CheckConditions(output.preconditions, "Module output value precondition failed", *scope, severity,
                           graph_->NameOf(id), diagnostics_) &&
           scope->EnsureOutput(name, diagnostics_);
    }
    if (!ok)
      failures_.Add(id, scope);
    else if (node.kind == NodeKind::kOutput && !node.module->parent)
      evaluated_outputs_.insert(name);
  }
}

void Planner::VisitChecks() {
  for (const std::vector<NodeId>& level : graph_->levels())
    for (NodeId id : level) {
      const graph::Node& node = graph_->node(id);
      if (node.kind != NodeKind::kCheck) continue;
      const config::Check& check = node.module->module->checks.at(std::string(node.name));
      for (ModuleScope* scope : RunnableScopes(id)) {
        Diagnostics own;
        CheckConditions(check.assertions, "Check block assertion failed", *scope,
                        base::diag::Severity::kWarning, graph_->NameOf(id), own);
        own.DemoteErrors();
        diagnostics_.Append(std::move(own));
      }
    }
}

void Planner::PlanOutputs() {
  const auto& declared = context_.configuration->root->module->outputs;
  bool destroy = options_.mode == Mode::kDestroy;
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
      if (!before) continue;
      change.action = Action::kDelete;
      change.sensitive = before->sensitive;
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
    else if (after.IsNull())
      change.action = Action::kDelete;
    else
      change.action = Action::kUpdate;
    plan_.outputs.push_back(std::move(change));
  }
  for (const auto& [name, value] : previous_->outputs) {
    if (declared.contains(name)) continue;
    changes::OutputChange change{.name = name, .action = Action::kDelete, .sensitive = value.sensitive};
    change.before = value.sensitive ? value.value.WithMarks(language::value::kSensitive) : value.value;
    plan_.outputs.push_back(std::move(change));
  }
  std::sort(plan_.outputs.begin(), plan_.outputs.end(),
            [](const changes::OutputChange& a, const changes::OutputChange& b) { return a.name < b.name; });
}

}  // namespace engine::run
