// What expressions see while applying: values of the state the apply started from, replaced as changes are
// made. Resources are brought in when they are first referred to, which the order of the apply makes late
// enough.
#include "engine/run/applier.h"
#include "engine/run/conditions.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_config.h"

namespace engine::run {

using changes::Action;

const config::Resource* Applier::ConfigOf(const ResourceInstance& address) const {
  const config::ModuleNode* node = context_.configuration->Find(address.module);
  if (!node) return nullptr;
  auto found = node->module->resources.find(address.resource.ToString());
  return found == node->module->resources.end() ? nullptr : &found->second;
}

ModuleScope* Applier::ScopeOf(const ModuleInstance& path) {
  ModuleScope* scope = root_.get();
  for (const language::address::ModuleStep& step : path.steps) {
    if (!scope->node().children.contains(step.name) || !scope->EnsureExpanded(step.name, diagnostics_))
      return nullptr;
    ModuleScope* next = scope->FindChild(step.name, step.key);
    if (!next) {
      diagnostics_.Error("Module instance is gone",
                         path.ToString() + " was planned, but its count or for_each gives it no longer.");
      return nullptr;
    }
    scope = next;
  }
  return scope;
}

void Applier::Materialize(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics) {
  language::address::ModuleResource address{scope.path(), resource.address};
  std::optional<Expansion> expansion =
      Expand(resource.count, resource.for_each, scope, Phase::kApply, address.ToString(), diagnostics);
  if (!expansion) return;
  ResourceValues& values = scope.Values(resource.address.ToString());
  values.expansion = std::move(*expansion);
  values.values.assign(values.expansion.keys.size(), Value::DynamicUnknown());
  values.expanded = true;
  Provider* provider = providers_.Unconfigured(resource.provider.provider, diagnostics);
  if (!provider) return;
  const ResourceSchema* schema = resource.address.mode == language::address::ResourceMode::kData
                                     ? provider->FindDataSource(resource.address.type)
                                     : provider->FindResource(resource.address.type);
  const state::ResourceState* stored = plan_.prior_state->Find(scope.path(), resource.address);
  if (!schema) return;
  for (size_t index = 0; index < values.values.size(); ++index) {
    const InstanceKey& key = values.expansion.keys[index];
    if (!new_values_.empty()) {
      auto made = new_values_.find({scope.path(), resource.address, key});
      if (made != new_values_.end()) {
        values.values[index] = made->second;
        continue;
      }
    }
    const state::Instance* instance = stored ? stored->Find(key) : nullptr;
    if (!instance || !instance->current) continue;
    auto decoded = instance->current->Decode(schema->block.implied_type());
    if (decoded.ok()) values.values[index] = MarkedBefore(*decoded, instance->current.get(), schema->block);
  }
}

// Configured when the first change needs it; the order of the apply has what it depends on done by then.
Provider* Applier::ProviderFor(const ProviderConfig& config) {
  if (Provider* provider = providers_.Configured(config)) return provider;
  if (provider_failed_[config]) return nullptr;
  ModuleScope* scope = nullptr;
  for (ModuleScope* at = root_.get(); at;) {
    scope = at;
    size_t depth = at->path().steps.size();
    if (depth == config.module.steps.size()) break;
    const std::string& name = config.module.steps[depth].name;
    if (!at->node().children.contains(name) || !at->EnsureExpanded(name, diagnostics_) ||
        at->Children(name).empty()) {
      scope = nullptr;
      break;
    }
    at = at->Children(name)[0].get();
  }
  Provider* provider = scope ? StartProvider(config, *scope, providers_, diagnostics_) : nullptr;
  if (!provider) provider_failed_[config] = true;
  return provider;
}

void Applier::SetValue(const ResourceInstance& address, const Value& marked) {
  new_values_[address] = marked;
  ModuleScope* scope = ScopeOf(address.module);
  if (!scope) return;
  ResourceValues& values = scope->Values(address.resource.ToString());
  if (!values.expanded) return;
  const std::vector<InstanceKey>& keys = values.expansion.keys;
  auto position = std::lower_bound(keys.begin(), keys.end(), address.key);
  if (position != keys.end() && *position == address.key)
    values.Set(static_cast<size_t>(position - keys.begin()), marked);
}

// Outputs that depend on something that failed, or was left out, keep what they had.
void Applier::FinishOutputs(ApplyResult& result) {
  if (graph_->nodes().empty()) return;
  std::vector<bool> stale(graph_->nodes().size());
  for (uint32_t id = 0; id < order_.vertices.size(); ++id) {
    graph::NodeId node = order_.vertices[id].node;
    bool done = waiting_.size() > id && waiting_[id] == 0 && open_[id] == 0 && failed_[id].empty();
    if (node != graph::kNoNode && !done) stale[node] = true;
  }
  for (const std::vector<graph::NodeId>& level : graph_->levels())
    for (graph::NodeId id : level)
      for (graph::NodeId dependency : graph_->node(id).dependencies)
        if (stale[dependency]) stale[id] = true;
  if (plan_.mode == changes::Mode::kDestroy) {
    bool complete = !diagnostics_.HasErrors();
    for (const changes::OutputChange& output : plan_.outputs)
      if (complete) session_.SetOutput(output.name, std::nullopt);
    return;
  }
  for (const std::vector<graph::NodeId>& level : graph_->levels())
    for (graph::NodeId id : level) {
      const graph::Node& node = graph_->node(id);
      if (node.kind != graph::NodeKind::kOutput || node.module->parent || stale[id]) continue;
      std::string name(node.name);
      const config::Output& output = node.module->module->outputs.at(name);
      if (output.ephemeral) continue;
      if (!CheckConditions(output.preconditions, "Module output value precondition failed", *root_,
                           base::diag::Severity::kError, "output." + name, diagnostics_) ||
          !root_->EnsureOutput(name, diagnostics_))
        continue;
      Value value = root_->OutputValue(name);
      if (!CheckOutputMarks(output, value, diagnostics_)) continue;
      Value plain = value.UnmarkedDeep();
      if (!plain.IsWhollyKnown()) continue;
      if (plain.IsNull())
        session_.SetOutput(name, std::nullopt);
      else
        session_.SetOutput(name, state::OutputValue{plain, output.sensitive});
      if (output.sensitive) value = value.WithMarks(language::value::kSensitive);
      result.outputs.emplace_back(std::move(name), std::move(value));
    }
  for (const changes::OutputChange& output : plan_.outputs)
    if (output.action == Action::kDelete &&
        !context_.configuration->root->module->outputs.contains(output.name))
      session_.SetOutput(output.name, std::nullopt);
  std::sort(result.outputs.begin(), result.outputs.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace engine::run
