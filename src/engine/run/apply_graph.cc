#include "engine/run/apply_graph.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "engine/run/check_results.h"

namespace engine::run {
namespace {

using changes::Action;
using changes::ResourceChange;
using language::address::ModuleResource;

class Builder {
 public:
  Builder(const changes::Plan& plan, const graph::ConfigGraph& graph, ApplyGraph& result)
      : plan_(plan), graph_(graph), result_(result) {}

  void Build() {
    for (const graph::Node& node : graph_.nodes())
      if (node.kind == graph::NodeKind::kResource)
        nodes_[ModuleResource{node.module->path, node.resource->address}.ToString()] =
            static_cast<graph::NodeId>(&node - graph_.nodes().data());
    for (uint32_t index = 0; index < plan_.resources.size(); ++index) AddChange(index);
    for (uint32_t id = 0; id < result_.vertices.size(); ++id)
      result_.vertices[id].destroy ? ConnectDestroy(id) : ConnectChange(id);
    ConnectChecks();
    for (ApplyVertex& vertex : result_.vertices) {
      std::sort(vertex.before.begin(), vertex.before.end());
      vertex.before.erase(std::unique(vertex.before.begin(), vertex.before.end()), vertex.before.end());
    }
  }

 private:
  struct Phases {
    uint32_t change = UINT32_MAX;
    std::vector<uint32_t> destroys;
  };

  void AddChange(uint32_t index) {
    const ResourceChange& change = plan_.resources[index];
    if (change.action == Action::kForget || (change.action == Action::kNoOp && !IsChecked(change))) return;
    bool destroys = change.action == Action::kDelete || changes::IsReplace(change.action);
    if (change.action != Action::kDelete) VertexFor(change, false, false).changes.push_back(index);
    if (!destroys) return;
    bool create_first = change.action == Action::kCreateThenDelete;
    if (change.action == Action::kDelete && change.deposed.empty()) {
      state::ObjectPtr object = plan_.prior_state->FindObject(change.address);
      create_first = object && object->create_before_destroy;
    }
    if (!change.deposed.empty()) create_first = true;
    bool alone = change.action == Action::kDelete && change.deposed.empty();
    VertexFor(change, true, create_first, alone).changes.push_back(index);
  }

  // Whether conditions are asked of an instance that stays as it is.
  bool IsChecked(const ResourceChange& change) const {
    ModuleResource resource{change.address.module.WithoutKeys(), change.address.resource};
    auto node = nodes_.find(resource.ToString());
    return node != nodes_.end() && HasConditions(*graph_.node(node->second).resource);
  }

  ApplyVertex& VertexFor(const ResourceChange& change, bool destroy, bool create_first, bool alone = false) {
    ModuleResource resource{change.address.module.WithoutKeys(), change.address.resource};
    std::string name = resource.ToString();
    state::Dependencies dependencies;
    if (destroy) {
      state::ObjectPtr object = change.deposed.empty() ? LastApplied(change) : nullptr;
      if (!object) object = plan_.prior_state->FindObject(change.address, change.deposed);
      if (object) dependencies = object->dependencies;
    }
    auto key = std::tuple(name, destroy, create_first, alone, static_cast<const void*>(dependencies.get()));
    auto [found, added] = ids_.emplace(key, static_cast<uint32_t>(result_.vertices.size()));
    if (!added) return result_.vertices[found->second];
    ApplyVertex vertex{.destroy = destroy,
                       .create_before_destroy = create_first,
                       .alone = alone,
                       .resource = std::move(resource),
                       .dependencies = std::move(dependencies)};
    auto node = nodes_.find(name);
    if (node != nodes_.end()) vertex.node = node->second;
    Phases& phases = phases_[name];
    if (destroy)
      phases.destroys.push_back(found->second);
    else
      phases.change = found->second;
    result_.vertices.push_back(std::move(vertex));
    return result_.vertices.back();
  }

  // The prior state has the dependencies of the configuration already; what the object was applied with is in
  // the state before.
  state::ObjectPtr LastApplied(const ResourceChange& change) const {
    const auto address = change.previous_address.value_or(change.address);
    if (plan_.previous_state)
      if (state::ObjectPtr object = plan_.previous_state->FindObject(address)) return object;
    return plan_.prior_state->FindObject(change.address);
  }

  const Phases* Find(const ModuleResource& resource) {
    auto found = phases_.find(resource.ToString());
    return found == phases_.end() ? nullptr : &found->second;
  }

  void After(uint32_t later, uint32_t earlier) {
    if (later != earlier) result_.vertices[later].before.push_back(earlier);
  }

  // A destroy that waits for creates is turned round: first the new, then everybody who uses it, then the
  // old.
  void ChangeAfterDestroy(uint32_t change, uint32_t destroy) {
    if (result_.vertices[destroy].create_before_destroy)
      After(destroy, change);
    else
      After(change, destroy);
  }

  // What check blocks read tells of the world as it is in the end.
  void ConnectChecks() {
    auto is_checks = [this](const ApplyVertex& vertex) {
      return vertex.node != graph::kNoNode && !graph_.node(vertex.node).resource->check.empty();
    };
    for (uint32_t id = 0; id < result_.vertices.size(); ++id)
      for (uint32_t other = 0; is_checks(result_.vertices[id]) && other < result_.vertices.size(); ++other)
        if (!is_checks(result_.vertices[other])) After(id, other);
  }

  void ConnectChange(uint32_t id) {
    const ApplyVertex& vertex = result_.vertices[id];
    // Instances of one resource do not wait for each other, only for what was at their own address.
    for (uint32_t destroy : phases_.at(vertex.resource.ToString()).destroys)
      if (!result_.vertices[destroy].alone) ChangeAfterDestroy(id, destroy);
    if (vertex.node != graph::kNoNode) {
      state::Dependencies configured = graph_.TransitiveResources(vertex.node);
      if (configured)
        for (const ModuleResource& dependency : *configured)
          if (const Phases* phases = Find(dependency)) {
            if (phases->change != UINT32_MAX) After(id, phases->change);
            for (uint32_t destroy : phases->destroys) ChangeAfterDestroy(id, destroy);
          }
    }
    // What it depended on when it was last applied may be going away.
    const void* last = nullptr;
    for (uint32_t index : std::vector<uint32_t>(vertex.changes)) {
      state::ObjectPtr object = LastApplied(plan_.resources[index]);
      if (!object || !object->dependencies || object->dependencies.get() == last) continue;
      last = object->dependencies.get();
      for (const ModuleResource& dependency : *object->dependencies)
        if (const Phases* phases = Find(dependency))
          for (uint32_t destroy : phases->destroys) ChangeAfterDestroy(id, destroy);
    }
  }

  void ConnectDestroy(uint32_t id) {
    state::Dependencies dependencies = result_.vertices[id].dependencies;
    if (!dependencies) return;
    for (const ModuleResource& dependency : *dependencies) {
      const Phases* phases = Find(dependency);
      if (!phases) continue;
      for (uint32_t destroy : phases->destroys) After(destroy, id);
      if (phases->change != UINT32_MAX) ChangeAfterDestroy(phases->change, id);
    }
  }

  const changes::Plan& plan_;
  const graph::ConfigGraph& graph_;
  ApplyGraph& result_;
  std::unordered_map<std::string, graph::NodeId> nodes_;
  std::map<std::tuple<std::string, bool, bool, bool, const void*>, uint32_t> ids_;
  std::unordered_map<std::string, Phases> phases_;
};

bool IsAcyclic(const ApplyGraph& graph, std::vector<std::string>& left_over) {
  std::vector<uint32_t> waiting(graph.vertices.size());
  std::vector<std::vector<uint32_t>> next(graph.vertices.size());
  std::vector<uint32_t> ready;
  for (uint32_t id = 0; id < graph.vertices.size(); ++id) {
    waiting[id] = static_cast<uint32_t>(graph.vertices[id].before.size());
    for (uint32_t earlier : graph.vertices[id].before) next[earlier].push_back(id);
    if (!waiting[id]) ready.push_back(id);
  }
  size_t done = 0;
  while (!ready.empty()) {
    uint32_t id = ready.back();
    ready.pop_back();
    ++done;
    for (uint32_t later : next[id])
      if (--waiting[later] == 0) ready.push_back(later);
  }
  for (uint32_t id = 0; id < waiting.size(); ++id)
    if (waiting[id])
      left_over.push_back(graph.vertices[id].resource.ToString() +
                          (graph.vertices[id].destroy ? " (destroy)" : ""));
  return done == graph.vertices.size();
}

}  // namespace

ApplyGraph BuildApplyGraph(const changes::Plan& plan, const graph::ConfigGraph& graph,
                           base::diag::Diagnostics& diagnostics) {
  ApplyGraph result;
  Builder(plan, graph, result).Build();
  std::vector<std::string> cycle;
  if (IsAcyclic(result, cycle)) return result;
  std::sort(cycle.begin(), cycle.end());
  std::string names;
  for (const std::string& name : cycle) names += (names.empty() ? "" : ", ") + name;
  diagnostics.Error(
      "Cycle: " + names,
      "These changes wait for each other. Apply some of them first with -target, or take one of the "
      "dependencies away.");
  return {};
}

}  // namespace engine::run
