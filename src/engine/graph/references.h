// References: which expression makes which edge of a ConfigGraph, and where it is written.
// Not the edges themselves (config_graph.h), which need no source; so this is only computed when a person
// asks. Used by reports of cycles, pictures of the graph and `why`.
#pragma once

#include <span>
#include <vector>

#include "engine/graph/config_graph.h"

namespace engine::graph {

struct Reference {
  NodeId from = kNoNode;
  NodeId object = kNoNode;        // what is named; none when that is a whole module
  NodeId whole_module = kNoNode;  // the module's node, then
  std::vector<NodeId> targets;    // everything that is waited for because of it
  language::hcl::FilePtr file;
  const language::hcl::TraversalExpression* traversal = nullptr;
};

// In the order of the configuration's nodes; ids are those of a ConfigGraph of the same arguments.
std::vector<Reference> FindReferences(const config::Configuration& configuration,
                                      std::span<const language::address::ProviderConfig> more_providers);

}  // namespace engine::graph
