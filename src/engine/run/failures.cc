#include "engine/run/failures.h"

namespace engine::run {
namespace {

// Whether what failed in one module instance matters in another: sisters of one module do not see each other.
bool Concerns(const ModuleScope& failed, const ModuleScope& scope) {
  if (&failed.node() == &scope.node()) return &failed == &scope;
  const auto& a = failed.path().steps;
  const auto& b = scope.path().steps;
  size_t common = std::min(a.size(), b.size());
  for (size_t index = 0; index < common; ++index) {
    if (a[index].name != b[index].name) return true;
    if (a[index].key != b[index].key) return false;
  }
  return true;
}

}  // namespace

bool Failures::Blocks(const graph::ConfigGraph& graph, graph::NodeId id, const ModuleScope& scope) const {
  if (failed_.empty()) return false;
  for (graph::NodeId dependency : graph.node(id).dependencies) {
    auto found = failed_.find(dependency);
    if (found == failed_.end()) continue;
    for (const ModuleScope* failed : found->second)
      if (!failed || Concerns(*failed, scope)) return true;
  }
  return false;
}

}  // namespace engine::run
