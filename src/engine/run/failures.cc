#include "engine/run/failures.h"

namespace engine::run {

bool FailureConcerns(const ModuleInstance& failed, const ModuleInstance& other) {
  const auto& a = failed.steps;
  const auto& b = other.steps;
  size_t common = std::min(a.size(), b.size());
  for (size_t index = 0; index < common; ++index) {
    if (a[index].name != b[index].name) return true;
    if (a[index].key != b[index].key) return false;
  }
  return true;
}

bool Failures::Blocks(const graph::ConfigGraph& graph, graph::NodeId id, const ModuleScope& scope) const {
  if (failed_.empty()) return false;
  for (graph::NodeId dependency : graph.node(id).dependencies) {
    auto found = failed_.find(dependency);
    if (found == failed_.end()) continue;
    for (const ModuleScope* failed : found->second)
      if (!failed || FailureConcerns(failed->path(), scope.path())) return true;
  }
  return false;
}

}  // namespace engine::run
