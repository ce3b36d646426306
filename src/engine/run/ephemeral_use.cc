#include "engine/run/ephemeral_use.h"

#include <algorithm>

namespace engine::run {

using graph::NodeId;
using graph::NodeKind;

namespace {

bool IsEphemeral(const graph::Node& node) {
  return node.kind == NodeKind::kResource &&
         node.resource->address.mode == language::address::ResourceMode::kEphemeral;
}

void CollectEarlier(const graph::ConfigGraph& graph, NodeId id, std::set<NodeId>& earlier) {
  std::vector<NodeId> left{id};
  while (!left.empty()) {
    const NodeId at = left.back();
    left.pop_back();
    for (NodeId before : graph.DirectResources(at))
      if (earlier.insert(before).second && IsEphemeral(graph.node(before))) left.push_back(before);
  }
}

EphemeralUse UseOf(const graph::ConfigGraph& graph, const std::vector<std::vector<NodeId>>& dependants,
                   NodeId id) {
  EphemeralUse use{.resource = graph.node(id).resource, .module = graph.node(id).module, .users = {id}};
  CollectEarlier(graph, id, use.comes_after);
  std::vector<NodeId> left{id};
  while (!left.empty()) {
    const graph::Node& node = graph.node(left.back());
    const NodeId at = left.back();
    left.pop_back();
    use.last_level = std::max(use.last_level, node.level);
    if (node.kind == NodeKind::kCheck) use.checked = true;
    if (node.kind == NodeKind::kProvider) use.providers.insert(node.provider);
    // What other resources hold is no longer ephemeral.
    if (node.kind == NodeKind::kProvider || (node.kind == NodeKind::kResource && !IsEphemeral(node)))
      continue;
    for (NodeId next : dependants[at])
      if (use.users.insert(next).second) left.push_back(next);
  }
  return use;
}

}  // namespace

std::vector<EphemeralUse> FindEphemeralUses(const graph::ConfigGraph& graph) {
  std::vector<EphemeralUse> uses;
  if (std::ranges::none_of(graph.nodes(), IsEphemeral)) return uses;
  std::vector<std::vector<NodeId>> dependants(graph.nodes().size());
  for (NodeId id = 0; id < graph.nodes().size(); ++id)
    for (NodeId earlier : graph.node(id).dependencies) dependants[earlier].push_back(id);
  for (NodeId id = 0; id < graph.nodes().size(); ++id)
    if (IsEphemeral(graph.node(id))) uses.push_back(UseOf(graph, dependants, id));
  // Who needs another comes before it, and so is closed before it.
  std::ranges::stable_sort(uses, std::ranges::greater(), [&](const EphemeralUse& use) {
    return graph.node(graph.FindResource(*use.module, use.resource->address)).level;
  });
  return uses;
}

}  // namespace engine::run
