// Who needs which ephemeral resource, so that each is closed as soon as its last user is done.
// Not the closing (ephemerals.h). Used by planner and applier.
#pragma once

#include <set>
#include <vector>

#include "engine/graph/config_graph.h"

namespace engine::run {

struct EphemeralUse {
  const config::Resource* resource = nullptr;
  const config::ModuleNode* module = nullptr;
  // Resources that must be there before it is opened.
  std::set<graph::NodeId> comes_after;
  // What its values may reach: through variables, locals, outputs, modules and other ephemeral resources as
  // far as resources, providers and checks. Itself, too.
  std::set<graph::NodeId> users;
  std::set<language::address::ProviderConfig> providers;  // configured with it: needed as long as those are
  bool checked = false;                                   // a check block reads it, after everything else
  uint32_t last_level = 0;                                // of the users
};

// One for each ephemeral resource of the configuration, in an order in which they may be closed.
std::vector<EphemeralUse> FindEphemeralUses(const graph::ConfigGraph& graph);

}  // namespace engine::run
