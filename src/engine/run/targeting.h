// Targeting: what -target and -exclude leave of a configuration and of a state. A target brings along
// everything that it depends on; what is excluded takes along everything that depends on it.
// Not the choice of what to do with the rest. Used by planner and applier.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/graph/config_graph.h"
#include "engine/state/state.h"

namespace engine::run {

class Targeting {
 public:
  using Target = language::address::Target;
  using ResourceInstance = language::address::ResourceInstance;

  Targeting() = default;  // everything is kept
  // At most one of both lists has anything. They, and the graph, must outlive this.
  Targeting(std::span<const Target> targets, std::span<const Target> excludes,
            const graph::ConfigGraph& graph);

  bool active() const { return !targets_.empty() || !excludes_.empty(); }
  bool Keeps(graph::NodeId id) const { return !active() || kept_[id]; }
  // Keeps the node after all, with everything that it depends on.
  void Keep(graph::NodeId id);
  // An instance of the configured resource, be it that its count or for_each gives it no longer.
  bool Keeps(graph::NodeId id, const ResourceInstance& instance) const;
  // What the configuration does not have, and deposed objects: they stand for themselves.
  bool KeepsAlone(const ResourceInstance& instance) const;
  // What a destroy run takes away: here dependants go with what they depend on. Dependencies are those that
  // the state has stored.
  std::set<ResourceInstance> ToDestroy(const state::State& state) const;

 private:
  void KeepTargets();
  void KeepAllButExcluded();
  void KeepOutputs();

  std::span<const Target> targets_, excludes_;
  const graph::ConfigGraph* graph_ = nullptr;
  std::vector<bool> named_;  // by node: a resource of which a target or exclude names anything
  std::vector<bool> kept_;   // by node
};

// Addresses of moved objects, old and new ones (given as new -> old), that no target names.
std::vector<std::string> MovesOutOfReach(
    std::span<const language::address::Target> targets,
    const std::map<language::address::ResourceInstance, language::address::ResourceInstance>& moved_from);

}  // namespace engine::run
