// What expressions see while applying: values of the state the apply started from, replaced as changes are
// made. Resources are brought in when they are first referred to, which the order of the apply makes late
// enough.
#include "engine/run/applier.h"
#include "engine/run/conditions.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_config.h"
#include "engine/run/provider_meta.h"

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

// Opened when something first needs it.
void Applier::OpenForApply(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics) {
  if (unopened_.contains({&scope, &resource})) {
    diagnostics.Error(
        "Ephemeral resource is not open",
        fmt::format("{} could not be opened, as told before.",
                    language::address::ModuleResource{scope.path(), resource.address}.ToString()));
    return;
  }
  Provider* provider = ProviderFor(resource.provider);
  const EphemeralOptions options{Phase::kApply, base::diag::Severity::kError, context_.hooks, &checks_};
  if (!provider || !OpenEphemeral(resource, scope, *provider, options, ephemerals_, diagnostics))
    unopened_.insert({&scope, &resource});
}

// False after errors.
bool Applier::TakeProviderMeta(ApplyTask& task) {
  const config::ModuleNode* node = context_.configuration->Find(task.change->address.module);
  if (!node || node->module->provider_meta.empty()) return true;
  // What goes away may have no module instance any more.
  ModuleScope* scope = root_.get();
  for (const language::address::ModuleStep& step : task.change->address.module.steps) {
    if (!scope->EnsureExpanded(step.name, diagnostics_)) return false;
    scope = scope->FindChild(step.name, step.key);
    if (!scope) return true;
  }
  std::optional<Value> meta =
      EvaluateProviderMeta(*node->module, *task.resource, *task.provider, *scope, diagnostics_);
  if (!meta) return false;
  task.provider_meta = *std::move(meta);
  return true;
}

void Applier::Materialize(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics) {
  if (resource.address.mode == language::address::ResourceMode::kEphemeral)
    return OpenForApply(scope, resource, diagnostics);
  std::optional<Expansion> expansion = ExpandResource(scope, resource, Phase::kApply, diagnostics);
  if (!expansion) return;
  ResourceValues& values = scope.Expanded(resource.address.ToString(), std::move(*expansion));
  Provider* provider = providers_.Unconfigured(resource.provider.provider, diagnostics);
  if (!provider) return;
  const ResourceSchema* schema = FindSchema(*provider, resource.address);
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
    if (!instance || !instance->current) {
      // Deleted outside, or left out: what reads it has at least its type.
      values.values[index] = Value::Unknown(schema->block.implied_type());
      continue;
    }
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

}  // namespace engine::run
