// The order in which a plan is applied, as a drawing: the configuration's graph with a vertex for each
// resource that changes, in each phase. Not the walk (apply.cc). Used by the command graph.
#pragma once

#include "base/diag/diagnostics.h"
#include "engine/changes/plan.h"
#include "engine/graph/drawing.h"

namespace engine::run {

// Where the reference has a vertex for each instance, here is one for all instances of a resource: edges
// between instances would be as many as their product. A cycle is an error.
graph::Drawing DrawApply(const config::Configuration& configuration, const changes::Plan& plan,
                         base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
