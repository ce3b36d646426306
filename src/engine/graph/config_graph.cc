#include "engine/graph/config_graph.h"

#include <algorithm>
#include <set>

#include "engine/graph/builder.h"
#include "engine/graph/cycles.h"

namespace engine::graph {

ConfigGraph::ConfigGraph(const config::Configuration& configuration,
                         std::span<const language::address::ProviderConfig> more_providers,
                         base::diag::Diagnostics& diagnostics) {
  ConfigGraphBuilder(*this).Build(configuration, more_providers);
  ComputeLevels();
  if (levels_.empty()) ReportCycles(*this, FindReferences(configuration, more_providers), diagnostics);
  ComputeDirectResources();
}

// Kahn's algorithm; what is left over lies on or behind a cycle.
void ConfigGraph::ComputeLevels() {
  std::vector<uint32_t> waiting(nodes_.size());
  std::vector<std::vector<NodeId>> dependants(nodes_.size());
  std::vector<NodeId> ready;
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    waiting[id] = static_cast<uint32_t>(nodes_[id].dependencies.size());
    for (NodeId dependency : nodes_[id].dependencies) dependants[dependency].push_back(id);
    if (waiting[id] == 0) ready.push_back(id);
  }
  size_t done = 0;
  while (!ready.empty()) {
    std::sort(ready.begin(), ready.end());
    std::vector<NodeId> next;
    for (NodeId id : ready) {
      nodes_[id].level = static_cast<uint32_t>(levels_.size());
      for (NodeId dependant : dependants[id])
        if (--waiting[dependant] == 0) next.push_back(dependant);
    }
    done += ready.size();
    levels_.push_back(std::move(ready));
    ready = std::move(next);
  }
  if (done != nodes_.size()) levels_.clear();
}

// Data with conditions waits for whatever these may look at: for all that it depends on, over other resources
// too.
std::vector<NodeId> ConfigGraph::AllManaged(NodeId data) const {
  std::set<NodeId> seen;
  std::vector<NodeId> open = direct_resources_[data];
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    if (seen.insert(id).second)
      open.insert(open.end(), direct_resources_[id].begin(), direct_resources_[id].end());
  }
  std::vector<NodeId> managed;
  for (NodeId id : seen)
    if (nodes_[id].resource->address.mode == language::address::ResourceMode::kManaged) managed.push_back(id);
  return managed;
}

void ConfigGraph::ComputeDirectResources() {
  direct_resources_.resize(nodes_.size());
  for (const std::vector<NodeId>& level : levels_)
    for (NodeId id : level) {
      std::vector<NodeId>& direct = direct_resources_[id];
      for (NodeId dependency : nodes_[id].dependencies) {
        if (nodes_[dependency].kind == NodeKind::kResource)
          direct.push_back(dependency);
        else
          direct.insert(direct.end(), direct_resources_[dependency].begin(),
                        direct_resources_[dependency].end());
      }
      std::sort(direct.begin(), direct.end());
      direct.erase(std::unique(direct.begin(), direct.end()), direct.end());
    }
  // depends_on may name a whole module or an output: look through to managed resources.
  for (std::vector<NodeId>& awaited : data_dependencies_) {
    std::vector<NodeId> managed;
    for (NodeId id : awaited) {
      if (nodes_[id].kind == NodeKind::kResource)
        managed.push_back(id);
      else
        managed.insert(managed.end(), direct_resources_[id].begin(), direct_resources_[id].end());
    }
    std::erase_if(managed, [&](NodeId id) {
      return nodes_[id].resource->address.mode != language::address::ResourceMode::kManaged;
    });
    std::sort(managed.begin(), managed.end());
    managed.erase(std::unique(managed.begin(), managed.end()), managed.end());
    awaited = std::move(managed);
  }
  for (NodeId id = 0; id < nodes_.size(); ++id)
    if (nodes_[id].kind == NodeKind::kResource &&
        nodes_[id].resource->address.mode == language::address::ResourceMode::kData &&
        !(nodes_[id].resource->lifecycle.preconditions.empty() &&
          nodes_[id].resource->lifecycle.postconditions.empty()))
      data_dependencies_[id] = AllManaged(id);
}

void ConfigGraph::ComputeClosures() const {
  closures_.resize(nodes_.size());
  std::vector<std::vector<NodeId>> ids(nodes_.size());
  std::unordered_map<std::string, state::Dependencies> interned;
  for (const std::vector<NodeId>& level : levels_)
    for (NodeId id : level) {
      if (nodes_[id].kind != NodeKind::kResource) continue;
      std::vector<NodeId>& closure = ids[id];
      for (NodeId direct : direct_resources_[id]) {
        closure.push_back(direct);
        closure.insert(closure.end(), ids[direct].begin(), ids[direct].end());
      }
      std::sort(closure.begin(), closure.end());
      closure.erase(std::unique(closure.begin(), closure.end()), closure.end());
      std::string key(reinterpret_cast<const char*>(closure.data()), closure.size() * sizeof(NodeId));
      state::Dependencies& shared = interned[key];
      if (!shared && !closure.empty()) {
        std::vector<language::address::ModuleResource> list;
        // What is ephemeral is in no state, but the reference names it here, too.
        for (NodeId member : closure)
          list.push_back({nodes_[member].module->path, nodes_[member].resource->address});
        std::sort(list.begin(), list.end(),
                  [](const auto& a, const auto& b) { return a.ToString() < b.ToString(); });
        shared = std::make_shared<const std::vector<language::address::ModuleResource>>(std::move(list));
      }
      closures_[id] = shared;
    }
}

state::Dependencies ConfigGraph::TransitiveResources(NodeId resource) const {
  if (closures_.empty()) ComputeClosures();
  return closures_[resource];
}

const std::vector<NodeId>& ConfigGraph::DataDependencies(NodeId id) const { return data_dependencies_[id]; }

NodeId ConfigGraph::FindResource(const config::ModuleNode& module,
                                 const language::address::Resource& address) const {
  auto found = module.module->resources.find(address.ToString());
  if (found == module.module->resources.end()) return kNoNode;
  auto by_module = resource_ids_.find(&found->second);
  if (by_module == resource_ids_.end()) return kNoNode;
  auto id = by_module->second.find(&module);
  return id == by_module->second.end() ? kNoNode : id->second;
}

NodeId ConfigGraph::FindProvider(const language::address::ProviderConfig& provider) const {
  auto found = provider_ids_.find(provider.ToString());
  return found == provider_ids_.end() ? kNoNode : found->second;
}

std::string ConfigGraph::NameOf(NodeId id) const {
  const Node& node = nodes_[id];
  std::string prefix = node.module->path.ToString();
  if (!prefix.empty()) prefix += ".";
  switch (node.kind) {
    case NodeKind::kModule:
      return node.module->path.ToString() + " (expand)";
    case NodeKind::kVariable:
      return prefix + "var." + std::string(node.name);
    case NodeKind::kLocal:
      return prefix + "local." + std::string(node.name);
    case NodeKind::kOutput:
      return prefix + "output." + std::string(node.name);
    case NodeKind::kCheck:
      return prefix + "check." + std::string(node.name);
    case NodeKind::kProvider:
      return node.provider.ToString();
    case NodeKind::kResource:
      return prefix + node.resource->address.ToString();
  }
  return prefix;
}

}  // namespace engine::graph
