// Failures: which nodes failed in which module instances, and what must therefore be left out.
// A failure spreads to dependants in the same module instance, not to its sisters. Used by planner and
// validate.
#pragma once

#include <unordered_map>
#include <vector>

#include "engine/graph/config_graph.h"
#include "engine/run/scope.h"

namespace engine::run {

// Whether what failed in one module instance matters in another: sisters of one module do not see each other.
bool FailureConcerns(const ModuleInstance& failed, const ModuleInstance& other);

class Failures {
 public:
  void Add(graph::NodeId id, const ModuleScope* scope) { failed_[id].push_back(scope); }
  bool empty() const { return failed_.empty(); }
  // Whether something that the node needs has failed for this module instance.
  bool Blocks(const graph::ConfigGraph& graph, graph::NodeId id, const ModuleScope& scope) const;
  bool HasFailed(graph::NodeId id) const { return failed_.contains(id); }

 private:
  std::unordered_map<graph::NodeId, std::vector<const ModuleScope*>> failed_;
};

}  // namespace engine::run
