// What an apply leaves behind beside objects: outputs, and how conditions came out.
#include <algorithm>
#include <set>

#include "engine/run/applier.h"
#include "engine/run/conditions.h"

namespace engine::run {

using changes::Action;
using graph::NodeId;
using graph::NodeKind;

// The module's instances, as far as they can be told.
std::vector<ModuleScope*> Applier::ScopesOf(const config::ModuleNode& node) {
  if (!node.parent) return {root_.get()};
  std::vector<ModuleScope*> scopes;
  for (ModuleScope* parent : ScopesOf(*node.parent)) {
    if (!parent->EnsureExpanded(node.call->name, diagnostics_)) continue;
    for (std::unique_ptr<ModuleScope>& child : parent->Children(node.call->name))
      if (!context_.substitutes || !context_.substitutes->OutputsOf(child->path()))
        scopes.push_back(child.get());
  }
  return scopes;
}

// By node: whether it depends on something that failed, or was left out.
std::vector<bool> Applier::StaleNodes() const {
  std::vector<bool> stale(graph_->nodes().size());
  for (uint32_t id = 0; id < order_.vertices.size(); ++id) {
    NodeId node = order_.vertices[id].node;
    bool done = waiting_.size() > id && waiting_[id] == 0 && open_[id] == 0 && failed_[id].addresses.empty();
    if (node != graph::kNoNode && !done) stale[node] = true;
  }
  for (const std::vector<NodeId>& level : graph_->levels())
    for (NodeId id : level)
      for (NodeId dependency : graph_->node(id).dependencies)
        if (stale[dependency]) stale[id] = true;
  return stale;
}

// The objects of the plan, to be asked again. A refresh-only apply visits no resources.
void Applier::ExpectChecks() {
  if (plan_.mode == changes::Mode::kDestroy) {
    for (const auto& [name, output] : context_.configuration->root->module->outputs)
      if (!output.preconditions.empty()) checks_.Expect(CheckedName("output", name, {}));
    return;
  }
  bool refresh_only = plan_.mode == changes::Mode::kRefreshOnly;
  checks_.TakeObjects(plan_.check_results,
                      [&](std::string_view kind) { return refresh_only && kind == "resource"; });
  if (!targeting_.active()) checks_.KnowAll();
}

// Nothing was destroyed of what was only read, and nothing is left that could show it.
void Applier::ForgetData() {
  for (const state::ResourceState& resource : plan_.prior_state->resources) {
    if (resource.resource.mode != language::address::ResourceMode::kData) continue;
    for (const state::Instance& instance : resource.instances)
      CheckSession(session_.Record(
          {{resource.module, resource.resource, instance.key}, resource.provider, "", nullptr}));
  }
}

// Outputs that depend on something that failed, or was left out, keep what they had.
void Applier::FinishNamedValues(ApplyResult& result) {
  if (graph_->nodes().empty()) return;
  if (plan_.mode == changes::Mode::kDestroy) {
    if (targeting_.active()) return ShowStoredOutputs(result);
    // Outputs go whatever else fails: what they told of may be gone by half.
    for (const auto& [name, output] : plan_.prior_state->outputs) session_.SetOutput(name, std::nullopt);
    if (!diagnostics_.HasErrors()) ForgetData();
    session_.SetCheckResults(checks_.ToJson());
    return;
  }
  std::vector<bool> stale = StaleNodes();
  for (const std::vector<NodeId>& level : graph_->levels())
    for (NodeId id : level) {
      const graph::Node& node = graph_->node(id);
      if (stale[id] || !targeting_.Keeps(id)) continue;
      std::string name(node.name);
      const config::Module& module = *node.module->module;
      if (node.kind == NodeKind::kOutput && !node.module->parent)
        FinishOutput(module.outputs.at(name), result);
      else if (node.kind == NodeKind::kOutput && !module.outputs.at(name).preconditions.empty())
        for (ModuleScope* scope : ScopesOf(*node.module)) scope->EnsureOutput(name, diagnostics_);
      else if (node.kind == NodeKind::kVariable && !module.variables.at(name).validations.empty())
        for (ModuleScope* scope : ScopesOf(*node.module)) scope->EnsureVariable(name, diagnostics_);
      else if (node.kind == NodeKind::kCheck)
        for (ModuleScope* scope : ScopesOf(*node.module))
          CheckConditions(module.checks.at(name).assertions, "Check block assertion failed", *scope,
                          base::diag::Severity::kWarning, CheckedName("check", name, scope->path()), &checks_,
                          diagnostics_);
    }
  for (const changes::OutputChange& output : plan_.outputs)
    if (output.action == Action::kDelete &&
        !context_.configuration->root->module->outputs.contains(output.name))
      session_.SetOutput(output.name, std::nullopt);
  if (targeting_.active()) ShowStoredOutputs(result);
  std::sort(result.outputs.begin(), result.outputs.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  session_.SetCheckResults(checks_.ToJson());
}

// Outputs that the run left alone are shown as the state has them.
void Applier::ShowStoredOutputs(ApplyResult& result) const {
  std::set<std::string> shown;
  for (const auto& [name, value] : result.outputs) shown.insert(name);
  for (const auto& [name, output] : plan_.prior_state->outputs)
    if (!shown.contains(name))
      result.outputs.emplace_back(
          name, output.sensitive ? output.value.WithMarks(language::value::kSensitive) : output.value);
}

void Applier::FinishOutput(const config::Output& output, ApplyResult& result) {
  if (!root_->EnsureOutput(output.name, diagnostics_) || output.ephemeral) return;
  Value value = root_->OutputValue(output.name);
  // What the plan has shown holds, also where functions look at the world outside and would say something
  // else now.
  const auto planned = std::ranges::lower_bound(plan_.outputs, output.name, {}, &changes::OutputChange::name);
  if (planned != plan_.outputs.end() && planned->name == output.name && planned->action != Action::kDelete &&
      planned->after.IsWhollyKnown())
    value = planned->after;
  if (!CheckOutputMarks(output, value, diagnostics_)) return;
  Value plain = value.UnmarkedDeep();
  if (plain.IsUnknown()) return;
  // What -target left out, or has been deleted outside, has no values, and nothing will make new ones.
  if (!plain.IsWhollyKnown()) {
    auto known = [](const language::value::Path&, const Value& part) {
      return part.IsUnknown() ? Value::Null(part.type()) : part;
    };
    plain = plain.Transform(known);
    value = value.Transform(known);
  }
  if (plain.IsNull())
    session_.SetOutput(output.name, std::nullopt);
  else
    session_.SetOutput(output.name, state::OutputValue{plain, output.sensitive});
  if (output.sensitive) value = value.WithMarks(language::value::kSensitive);
  result.outputs.emplace_back(output.name, std::move(value));
}

}  // namespace engine::run
