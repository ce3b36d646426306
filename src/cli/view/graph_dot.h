// Drawings of graphs in the DOT language, as the reference prints them.
// Not which vertices there are (engine/graph/drawing.h), not pictures (graph_svg.h). Used by the command
// graph.
#pragma once

#include <string>

#include "engine/graph/drawing.h"

namespace cli::view {

// Resources alone, those of a module in a cluster of their own.
std::string ResourcesDot(const engine::graph::Drawing& drawing);

// The graph of an operation. draw_cycles: edges that lie on a cycle in red.
std::string OperationDot(const engine::graph::Drawing& drawing, bool draw_cycles);

}  // namespace cli::view
