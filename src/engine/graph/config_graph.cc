#include "engine/graph/config_graph.h"

#include <algorithm>

#include "engine/graph/builder.h"

namespace engine::graph {

ConfigGraph::ConfigGraph(const config::Configuration& configuration,
                         std::span<const language::address::ProviderConfig> more_providers,
                         base::diag::Diagnostics& diagnostics) {
  ConfigGraphBuilder(*this).Build(configuration, more_providers);
  ComputeLevels(diagnostics);
  if (levels_.empty()) {
    nodes_.clear();
    return;
  }
  ComputeDirectResources();
}

// Kahn's algorithm; what is left over lies on or behind a cycle.
void ConfigGraph::ComputeLevels(base::diag::Diagnostics& diagnostics) {
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
  if (done == nodes_.size()) return;
  ReportCycles(waiting, diagnostics);
  levels_.clear();
}

// Tarjan's algorithm without recursion, over the nodes that are left: each strongly connected part of more
// than one is a cycle of its own.
void ConfigGraph::ReportCycles(const std::vector<uint32_t>& waiting,
                               base::diag::Diagnostics& diagnostics) const {
  constexpr uint32_t kUnseen = 0;
  std::vector<uint32_t> order(nodes_.size(), kUnseen), lowest(nodes_.size());
  std::vector<bool> open(nodes_.size());
  std::vector<NodeId> stack;
  std::vector<std::pair<NodeId, size_t>> path;  // with the next dependency to look at
  uint32_t count = 0;
  auto enter = [&](NodeId id) {
    order[id] = lowest[id] = ++count;
    open[id] = true;
    stack.push_back(id);
    path.emplace_back(id, 0);
  };
  for (NodeId start = 0; start < nodes_.size(); ++start) {
    if (waiting[start] == 0 || order[start] != kUnseen) continue;
    enter(start);
    while (!path.empty()) {
      auto& [id, next] = path.back();
      if (next < nodes_[id].dependencies.size()) {
        NodeId dependency = nodes_[id].dependencies[next++];
        if (waiting[dependency] == 0) continue;
        if (order[dependency] == kUnseen)
          enter(dependency);
        else if (open[dependency])
          lowest[id] = std::min(lowest[id], order[dependency]);
        continue;
      }
      NodeId done = id;
      path.pop_back();
      if (!path.empty()) lowest[path.back().first] = std::min(lowest[path.back().first], lowest[done]);
      if (lowest[done] != order[done]) continue;
      std::vector<NodeId> members;
      do {
        members.push_back(stack.back());
        open[stack.back()] = false;
        stack.pop_back();
      } while (members.back() != done);
      const auto& dependencies = nodes_[done].dependencies;
      if (members.size() > 1 || std::binary_search(dependencies.begin(), dependencies.end(), done))
        ReportCycle(members, diagnostics);
    }
  }
}

void ConfigGraph::ReportCycle(const std::vector<NodeId>& members,
                              base::diag::Diagnostics& diagnostics) const {
  std::vector<std::string> names;
  for (NodeId id : members) {
    NodeKind kind = nodes_[id].kind;
    bool expands = kind == NodeKind::kVariable || kind == NodeKind::kLocal || kind == NodeKind::kOutput;
    names.push_back(NameOf(id) + (expands ? " (expand)" : ""));
  }
  std::sort(names.begin(), names.end());
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  diagnostics.Error(
      "Cycle: " + list,
      "Each of these needs another of them first, so that none can be the first. Take one of the references "
      "away, or move the shared part into a local value or resource of its own.");
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
