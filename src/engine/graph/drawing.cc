#include "engine/graph/drawing.h"

#include <algorithm>
#include <map>

#include "engine/graph/references.h"

namespace engine::graph {
namespace {

using config::ModuleNode;
using language::address::ModuleInstance;
using language::address::ModuleResource;
using language::address::ProviderConfig;
using language::address::ResourceInstance;

constexpr uint32_t kNone = UINT32_MAX;

std::string Prefixed(const ModuleInstance& module, std::string_view name) {
  std::string prefix = module.ToString();
  return (prefix.empty() ? prefix : prefix + ".") + std::string(name);
}

// The parts of a drawing that several kinds have.
class Drafter {
 public:
  Drafter(Drawing& drawing, Operation operation) : drawing_(drawing), operation_(operation) {}

  void AddNodes(const ConfigGraph& graph, std::vector<uint32_t>& of_node) {
    of_node.assign(graph.nodes().size(), kNone);
    for (NodeId id = 0; id < graph.nodes().size(); ++id) of_node[id] = AddNode(graph, id);
  }

  void ConnectNodes(const ConfigGraph& graph, std::span<const Reference> references,
                    const std::vector<uint32_t>& of_node) {
    for (NodeId id = 0; id < graph.nodes().size(); ++id) {
      for (NodeId dependency : graph.node(id).dependencies) Connect(of_node[id], of_node[dependency]);
      ConnectToEnds(graph.node(id), of_node[id]);
    }
    for (const Reference& reference : references)
      if (reference.whole_module != kNoNode)
        Connect(of_node[reference.from], CloseOf(graph.node(reference.whole_module).module->path));
  }

  // The end of a module, which waits for everything in it; none for the root.
  uint32_t CloseOf(const ModuleInstance& path) {
    if (path.IsRoot()) return kNone;
    const std::string name = path.ToString() + " (close)";
    auto [found, added] = ends_.emplace(name, kNone);
    if (!added) return found->second;
    const uint32_t id = drawing_.Add({.name = name, .module = path});
    found->second = id;
    ModuleInstance parent = path;
    parent.steps.pop_back();
    Connect(CloseOf(parent), id);
    return id;
  }

  uint32_t ProviderOf(const ProviderConfig& provider) {
    const std::string name = provider.ToString();
    auto [found, added] = ends_.emplace(name, kNone);
    if (added)
      found->second =
          drawing_.Add({.name = name, .label = name, .shape = Shape::kDiamond, .module = provider.module});
    return found->second;
  }

  // That the vertex is an object of the provider.
  void Use(uint32_t vertex, const ProviderConfig& provider) {
    Connect(vertex, ProviderOf(provider));
    Connect(ProviderClose(provider), vertex);
  }

  void Connect(uint32_t from, uint32_t to) {
    if (from != kNone && to != kNone && from != to) drawing_.edges[from].push_back(to);
  }

 private:
  uint32_t ProviderClose(const ProviderConfig& provider) {
    const std::string name = provider.ToString() + " (close)";
    auto [found, added] = ends_.emplace(name, kNone);
    if (!added) return found->second;
    const uint32_t id = drawing_.Add({.name = name, .module = provider.module});
    found->second = id;
    Connect(id, ProviderOf(provider));
    return id;
  }

  uint32_t AddNode(const ConfigGraph& graph, NodeId id) {
    const Node& node = graph.node(id);
    const ModuleInstance& path = node.module->path;
    Vertex vertex{.name = graph.NameOf(id), .module = path, .node = id};
    switch (node.kind) {
      case NodeKind::kModule:
        if (path.IsRoot()) return kNone;
        break;
      case NodeKind::kVariable:
        if (path.IsRoot()) {
          vertex.label = vertex.name;
          vertex.shape = Shape::kNote;
          break;
        }
        [[fallthrough]];
      case NodeKind::kLocal:
      case NodeKind::kOutput:
      case NodeKind::kCheck:
        vertex.name += " (expand)";
        break;
      case NodeKind::kProvider: {
        const uint32_t provider = ProviderOf(node.provider);
        drawing_.vertices[provider].node = id;
        return provider;
      }
      case NodeKind::kResource:
        vertex.label = vertex.name;
        vertex.shape = Shape::kBox;
        vertex.name += " (expand)";
        break;
    }
    return drawing_.Add(std::move(vertex));
  }

  // A check's report comes before whatever it asks; modules and providers end after what is theirs.
  void ConnectToEnds(const Node& node, uint32_t vertex) {
    if (vertex == kNone) return;
    if (node.kind != NodeKind::kProvider) Connect(CloseOf(node.module->path), vertex);
    if (node.kind == NodeKind::kProvider && !node.provider.module.IsRoot()) Connect(vertex, Opening(node));
    if (node.kind == NodeKind::kResource) Use(vertex, node.resource->provider);
    if (operation_ == Operation::kApply) return;
    if (node.kind == NodeKind::kCheck) Connect(vertex, ReportOf(node.module->path, node.name));
    if (node.kind == NodeKind::kResource && !node.resource->check.empty())
      Connect(vertex, ReportOf(node.module->path, node.resource->check));
  }

  uint32_t Opening(const Node& node) const {
    for (uint32_t id = 0; id < drawing_.vertices.size(); ++id)
      if (drawing_.vertices[id].name == node.provider.module.ToString() + " (expand)") return id;
    return kNone;
  }

  uint32_t ReportOf(const ModuleInstance& module, std::string_view check) {
    const std::string name = Prefixed(module, "check." + std::string(check) + " (report)");
    auto [found, added] = ends_.emplace(name, kNone);
    if (added) found->second = drawing_.Add({.name = name, .module = module});
    return found->second;
  }

  Drawing& drawing_;
  const Operation operation_;
  std::map<std::string, uint32_t> ends_;  // vertices that are made when they are first asked for, by name
};

bool IsConfigured(const config::Configuration& configuration, const state::ResourceState& resource) {
  const ModuleNode* module = configuration.Find(resource.module);
  return module != nullptr && module->module->resources.contains(resource.resource.ToString());
}

// What the state has and the configuration does not.
void AddOrphans(const config::Configuration& configuration, const state::State& state, Drafter& drafter,
                Drawing& drawing) {
  auto add = [&](const state::ResourceState& resource, const state::Instance& instance, std::string suffix) {
    const ModuleInstance path = resource.module.WithoutKeys();
    const uint32_t id =
        drawing.Add({.name = ResourceInstance{resource.module, resource.resource, instance.key}.ToString() +
                             std::move(suffix),
                     .label = Prefixed(path, resource.resource.ToString()),
                     .shape = Shape::kBox,
                     .module = path});
    drafter.Use(id, resource.provider);
  };
  for (const state::ResourceState& resource : state.resources)
    for (const state::Instance& instance : resource.instances) {
      for (const auto& [key, object] : instance.deposed) add(resource, instance, " (deposed " + key + ")");
      if (instance.current && !IsConfigured(configuration, resource)) add(resource, instance, " (orphan)");
    }
}

// What the state's objects need, kept in it, turned round: who needs another goes first.
Drawing DrawDestroy(const config::Configuration& configuration, const state::State& state) {
  Drawing drawing;
  Drafter drafter(drawing, Operation::kPlanDestroy);
  std::map<ModuleResource, uint32_t> ids;
  for (const state::ResourceState& resource : state.resources) {
    const ModuleResource address{resource.module.WithoutKeys(), resource.resource};
    auto [found, added] = ids.emplace(address, kNone);
    if (added)
      found->second = drawing.Add({.name = address.ToString() + " (destroy)",
                                   .label = address.ToString(),
                                   .shape = Shape::kBox,
                                   .module = address.module});
    drafter.Use(found->second, resource.provider);
  }
  for (const state::ResourceState& resource : state.resources) {
    const uint32_t id = ids.at({resource.module.WithoutKeys(), resource.resource});
    const void* last = nullptr;
    for (const state::Instance& instance : resource.instances) {
      if (!instance.current || !instance.current->dependencies) continue;
      if (last == instance.current->dependencies.get()) continue;
      last = instance.current->dependencies.get();
      for (const ModuleResource& dependency : *instance.current->dependencies)
        if (auto found = ids.find(dependency); found != ids.end()) drafter.Connect(found->second, id);
    }
  }
  for (const auto& [name, output] : configuration.root->module->outputs)
    drawing.Add({.name = "output." + name + " (expand)"});
  return drawing;
}

}  // namespace

uint32_t Drawing::Add(Vertex vertex) {
  vertices.push_back(std::move(vertex));
  edges.emplace_back();
  return static_cast<uint32_t>(vertices.size() - 1);
}

Drawing DrawResources(const config::Configuration& configuration, const state::State& state) {
  base::diag::Diagnostics ignored;
  const ConfigGraph graph(configuration, {}, ignored);
  Drawing drawing;
  std::vector<uint32_t> of_node(graph.nodes().size(), kNone);
  std::map<ModuleResource, NodeId> nodes;
  for (NodeId id = 0; id < graph.nodes().size(); ++id)
    if (graph.node(id).kind == NodeKind::kResource)
      nodes[{graph.node(id).module->path, graph.node(id).resource->address}] = id;
  for (const state::ResourceState& resource : state.resources)
    nodes.emplace(ModuleResource{resource.module.WithoutKeys(), resource.resource}, kNoNode);
  for (const auto& [address, node] : nodes) {
    const uint32_t id = drawing.Add({.name = address.ToString(),
                                     .label = address.resource.ToString(),
                                     .shape = Shape::kBox,
                                     .module = address.module,
                                     .node = node});
    if (node != kNoNode) of_node[node] = id;
  }
  for (NodeId id = 0; id < graph.nodes().size(); ++id)
    if (of_node[id] != kNone)
      for (NodeId dependency : graph.DirectResources(id))
        drawing.edges[of_node[id]].push_back(of_node[dependency]);
  Reduce(drawing.edges);
  return drawing;
}

Drawing DrawConfiguration(const ConfigGraph& graph, const config::Configuration& configuration,
                          std::span<const ProviderConfig> more_providers, const state::State& state,
                          Operation operation, std::vector<uint32_t>& of_node) {
  Drawing drawing;
  Drafter drafter(drawing, operation);
  drafter.AddNodes(graph, of_node);
  drafter.ConnectNodes(graph, FindReferences(configuration, more_providers), of_node);
  for (const state::ResourceState& resource : state.resources) drafter.CloseOf(resource.module.WithoutKeys());
  if (operation != Operation::kApply) AddOrphans(configuration, state, drafter, drawing);
  return drawing;
}

Drawing DrawOperation(const config::Configuration& configuration, const state::State& state,
                      Operation operation) {
  Drawing drawing;
  if (operation == Operation::kPlanDestroy) {
    drawing = DrawDestroy(configuration, state);
  } else {
    base::diag::Diagnostics ignored;
    std::vector<uint32_t> of_node;
    drawing = DrawConfiguration(ConfigGraph(configuration, {}, ignored), configuration, {}, state, operation,
                                of_node);
  }
  Close(drawing);
  return drawing;
}

void Close(Drawing& drawing) {
  std::vector<bool> needed(drawing.vertices.size());
  for (const std::vector<uint32_t>& ends : drawing.edges)
    for (uint32_t end : ends) needed[end] = true;
  const uint32_t root = drawing.Add({.name = "root"});
  for (uint32_t id = 0; id < root; ++id)
    if (!needed[id]) drawing.edges[root].push_back(id);
  Reduce(drawing.edges);
}

}  // namespace engine::graph
