// Cycles of a configuration in words: which objects, by which shortest loop, and where each step of it is
// written. Not the search for an order, which finds that there are cycles. Called by ConfigGraph; the search
// for loops also by those who draw them.
#pragma once

#include <span>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/graph/reduction.h"
#include "engine/graph/references.h"

namespace engine::graph {

// The parts of the graph in which everything needs everything: more than one vertex, or one that needs
// itself. In the order that Tarjan's algorithm meets them.
std::vector<std::vector<uint32_t>> FindCycles(const Adjacency& edges);

// The shortest way from a member through others back to it: each needs the next, the last the first.
std::vector<uint32_t> ShortestLoop(const Adjacency& edges, std::span<const uint32_t> members);

// One error for each cycle.
void ReportCycles(const ConfigGraph& graph, std::span<const Reference> references,
                  base::diag::Diagnostics& diagnostics);

}  // namespace engine::graph
