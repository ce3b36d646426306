#include "engine/run/targeting.h"

#include <algorithm>

#include "engine/run/failures.h"

namespace engine::run {
namespace {

using graph::NodeId;
using graph::NodeKind;
using language::address::ModuleInstance;
using language::address::ResourceInstance;
using language::address::Target;

bool AnyContains(std::span<const Target> targets, const ResourceInstance& instance) {
  return std::ranges::any_of(targets, [&](const Target& target) { return target.Contains(instance); });
}

// The target with everything that tells instances apart left out.
Target Generalized(const Target& target) { return {target.module.WithoutKeys(), target.resource, {}}; }

bool HasKeys(const Target& target) {
  return !target.key.IsNone() || target.module != target.module.WithoutKeys();
}

}  // namespace

Targeting::Targeting(std::span<const Target> targets, std::span<const Target> excludes,
                     const graph::ConfigGraph& graph)
    : targets_(targets), excludes_(excludes), graph_(&graph) {
  if (!active()) return;
  const size_t count = graph.nodes().size();
  named_.resize(count);
  kept_.resize(count);
  std::vector<Target> generalized;
  for (const Target& target : targets_.empty() ? excludes_ : targets_)
    generalized.push_back(Generalized(target));
  for (NodeId id = 0; id < count; ++id) {
    const graph::Node& node = graph.node(id);
    if (node.kind == NodeKind::kResource)
      named_[id] = AnyContains(generalized, {node.module->path, node.resource->address, {}});
  }
  targets_.empty() ? KeepAllButExcluded() : KeepTargets();
  KeepOutputs();
}

void Targeting::Keep(NodeId id) {
  if (!active()) return;
  std::vector<NodeId> pending{id};
  kept_[id] = true;
  while (!pending.empty()) {
    NodeId at = pending.back();
    pending.pop_back();
    for (NodeId dependency : graph_->node(at).dependencies) {
      if (kept_[dependency]) continue;
      kept_[dependency] = true;
      pending.push_back(dependency);
    }
  }
}

void Targeting::KeepTargets() {
  for (NodeId id = 0; id < named_.size(); ++id)
    if (named_[id]) Keep(id);
}

// A resource of which single instances are excluded stays, but what depends on it goes: it may use those.
void Targeting::KeepAllButExcluded() {
  std::vector<Target> whole;
  for (const Target& target : excludes_)
    if (!HasKeys(target)) whole.push_back(target);
  std::vector<bool> tainted(named_.size());
  for (const std::vector<NodeId>& level : graph_->levels())
    for (NodeId id : level) {
      const graph::Node& node = graph_->node(id);
      bool after =
          std::ranges::any_of(node.dependencies, [&](NodeId dependency) { return tainted[dependency]; });
      tainted[id] = after || named_[id];
      if (node.kind != NodeKind::kResource || after) continue;
      if (!named_[id] || !AnyContains(whole, {node.module->path, node.resource->address, {}})) Keep(id);
    }
}

// Outputs of the root that come from kept resources only. Those that come from none are left alone.
void Targeting::KeepOutputs() {
  for (NodeId id = 0; id < kept_.size(); ++id) {
    const graph::Node& node = graph_->node(id);
    if (node.kind != NodeKind::kOutput || node.module->parent) continue;
    std::span<const NodeId> direct = graph_->DirectResources(id);
    if (!direct.empty() && std::ranges::all_of(direct, [&](NodeId resource) { return kept_[resource]; }))
      Keep(id);
  }
}

bool Targeting::Keeps(NodeId id, const ResourceInstance& instance) const {
  if (!active()) return true;
  if (!kept_[id]) return false;
  if (!targets_.empty()) return !named_[id] || AnyContains(targets_, instance);
  return !AnyContains(excludes_, instance);
}

bool Targeting::KeepsAlone(const ResourceInstance& instance) const {
  if (!active()) return true;
  return targets_.empty() ? !AnyContains(excludes_, instance) : AnyContains(targets_, instance);
}

std::set<ResourceInstance> Targeting::ToDestroy(const state::State& state) const {
  using language::address::ModuleResource;
  // Modules without keys, as dependencies are stored; with the module instances of what is targeted.
  std::map<ModuleResource, std::set<ModuleInstance>> named;
  std::set<ModuleResource> needed;  // by what is excluded
  auto for_each_instance = [&](const auto& visit) {
    for (const state::ResourceState& resource : state.resources)
      for (const state::Instance& instance : resource.instances)
        visit(ResourceInstance{resource.module, resource.resource, instance.key}, instance);
  };
  for_each_instance([&](const ResourceInstance& address, const state::Instance& instance) {
    if (!AnyContains(targets_.empty() ? excludes_ : targets_, address)) return;
    named[{address.module.WithoutKeys(), address.resource}].insert(address.module);
    if (instance.current && instance.current->dependencies)
      needed.insert(instance.current->dependencies->begin(), instance.current->dependencies->end());
  });
  std::set<ResourceInstance> destroyed;
  for_each_instance([&](const ResourceInstance& address, const state::Instance& instance) {
    bool kept = KeepsAlone(address);
    if (targets_.empty()) {
      kept = kept && !needed.contains({address.module.WithoutKeys(), address.resource});
    } else if (!kept && instance.current && instance.current->dependencies) {
      kept = std::ranges::any_of(*instance.current->dependencies, [&](const ModuleResource& dependency) {
        auto found = named.find(dependency);
        return found != named.end() && std::ranges::any_of(found->second, [&](const ModuleInstance& module) {
                 return FailureConcerns(module, address.module);
               });
      });
    }
    if (kept) destroyed.insert(address);
  });
  return destroyed;
}

std::vector<std::string> MovesOutOfReach(std::span<const Target> targets,
                                         const std::map<ResourceInstance, ResourceInstance>& moved_from) {
  std::set<std::string> missed;
  if (targets.empty()) return {};
  for (const auto& [to, from] : moved_from)
    for (const ResourceInstance* address : {&from, &to})
      if (!AnyContains(targets, *address)) missed.insert(address->ToString());
  return {missed.begin(), missed.end()};
}

}  // namespace engine::run
