// The order of an apply. A vertex is a resource in a phase (create/update, or destroy), holding the changes
// of all its instances; destroy vertices are split where instances differ in create_before_destroy, in
// their stored dependencies, or in whether something is made at the same address. Not the walk itself
// (apply.cc). Source of rules: the reference's destroy edges and their inversion.
#pragma once

#include <cstdint>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/changes/plan.h"
#include "engine/graph/config_graph.h"

namespace engine::run {

struct ApplyVertex {
  bool destroy = false;
  bool create_before_destroy = false;
  bool alone = false;  // a destroy after or before which nothing of the same resource is waited for
  language::address::ModuleResource resource;  // module path without keys
  graph::NodeId node = graph::kNoNode;         // none for what the configuration no longer has
  state::Dependencies dependencies;            // as stored; of destroy vertices
  std::vector<uint32_t> changes;               // indexes into plan.resources
  std::vector<uint32_t> before;                // vertices that must be done first; sorted, unique
};

struct ApplyGraph {
  std::vector<ApplyVertex> vertices;
};

// A cycle is an error, and the graph is then empty.
ApplyGraph BuildApplyGraph(const changes::Plan& plan, const graph::ConfigGraph& graph,
                           base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
