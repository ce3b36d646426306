// Drawing: a configuration's graph with the vertices, names and edges that the command `graph` shows: of
// resources alone, or of everything that a plan evaluates. Not DOT nor SVG (cli/view), and nothing that a run
// walks. Used by cli/commands and, for saved plans, by engine/run/apply_drawing.h.
#pragma once

#include <string>
#include <vector>

#include "engine/graph/config_graph.h"
#include "engine/graph/reduction.h"

namespace engine::graph {

enum class Shape : uint8_t { kPlain, kBox, kDiamond, kNote };  // resources, providers, root variables

struct Vertex {
  std::string name;   // "module.m.terraform_data.x (expand)"
  std::string label;  // shown; empty where the name is
  Shape shape = Shape::kPlain;
  language::address::ModuleInstance module;
  NodeId node = kNoNode;
};

struct Drawing {
  std::vector<Vertex> vertices;
  Adjacency edges;  // from what needs to what is needed
  uint32_t Add(Vertex vertex);
};

enum class Operation : uint8_t { kPlan, kPlanRefreshOnly, kPlanDestroy, kApply };

// Resources of the configuration and of the state, by address, with the edges that are left when everything
// between them is looked through and no edge says twice what others say.
Drawing DrawResources(const config::Configuration& configuration, const state::State& state);

// The vertices by which the reference walks, closed by "root"; reduced where there is no cycle.
Drawing DrawOperation(const config::Configuration& configuration, const state::State& state,
                      Operation operation);
// The same before it is closed and reduced, for others to add to; `of_node`: the vertex that stands for each
// node of the ConfigGraph (of a module its opening, or none).
Drawing DrawConfiguration(const ConfigGraph& graph, const config::Configuration& configuration,
                          std::span<const language::address::ProviderConfig> more_providers,
                          const state::State& state, Operation operation, std::vector<uint32_t>& of_node);
void Close(Drawing& drawing);

}  // namespace engine::graph
