// Which resources are created before they are destroyed when they are replaced: those that say so, and all
// that such a resource depends on (else the order could not be kept). Not the order itself (apply_graph.h).
// Used by planner and applier.
#pragma once

#include <vector>

#include "engine/graph/config_graph.h"

namespace engine::run {

// By node id.
std::vector<bool> CreateBeforeDestroy(const graph::ConfigGraph& graph);

}  // namespace engine::run
