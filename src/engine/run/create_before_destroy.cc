#include "engine/run/create_before_destroy.h"

namespace engine::run {

std::vector<bool> CreateBeforeDestroy(const graph::ConfigGraph& graph) {
  std::vector<bool> flags(graph.nodes().size());
  const auto& levels = graph.levels();
  for (auto level = levels.rbegin(); level != levels.rend(); ++level)
    for (graph::NodeId id : *level) {
      const config::Resource* resource = graph.node(id).resource;
      if (resource && resource->lifecycle.create_before_destroy.value_or(false)) flags[id] = true;
      if (!flags[id]) continue;
      for (graph::NodeId dependency : graph.DirectResources(id)) flags[dependency] = true;
    }
  return flags;
}

}  // namespace engine::run
