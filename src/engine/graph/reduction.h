// Transitive reduction: of a graph without cycles, only the edges that say something which the others do not.
// Not for the walks of a run, which need no reduction. Used where graphs are drawn.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::graph {

using Adjacency = std::vector<std::vector<uint32_t>>;  // by vertex: where its edges lead

// The longest way down from each vertex, in edges; empty when there is a cycle.
std::vector<uint32_t> LongestWays(const Adjacency& edges);

// Sorts and removes duplicates, and takes away every edge whose end can be reached by others. Graphs with a
// cycle keep all of their edges.
void Reduce(Adjacency& edges);

}  // namespace engine::graph
