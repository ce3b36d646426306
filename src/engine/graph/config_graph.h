// The graph of the configuration: what must be known before what. One node for each declared object of a
// module (not for each instance), edges from references, depends_on, providers and module calls. Not the
// order of an apply (engine/run/apply_graph.h). Built once for each run, read by engine/run.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/config/load.h"
#include "engine/config/module.h"
#include "engine/state/state.h"

namespace engine::graph {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

enum class NodeKind : uint8_t { kModule, kVariable, kLocal, kOutput, kProvider, kResource, kCheck };

struct Node {
  NodeKind kind;
  const config::ModuleNode* module =
      nullptr;            // where it is declared; of a provider: where its configuration lies
  std::string_view name;  // of variable, local, output, check; points into the configuration
  const config::Resource* resource = nullptr;  // kResource
  language::address::ProviderConfig provider;  // kProvider
  uint32_t level = 0;                          // longest way from a node without dependencies
  std::vector<NodeId> dependencies;            // sorted, unique
};

class ConfigGraph {
 public:
  ConfigGraph() = default;
  // Each cycle is an error that shows its shortest loop; the graph then has nodes, but no levels.
  // `more_providers`: configurations that only the state (or an import) still needs.
  ConfigGraph(const config::Configuration& configuration,
              std::span<const language::address::ProviderConfig> more_providers,
              base::diag::Diagnostics& diagnostics);

  std::span<const Node> nodes() const { return nodes_; }
  const Node& node(NodeId id) const { return nodes_[id]; }
  // Node ids by level: all of one level may be worked on once the levels before are done.
  const std::vector<std::vector<NodeId>>& levels() const { return levels_; }

  NodeId FindResource(const config::ModuleNode& module, const language::address::Resource& address) const;
  NodeId FindProvider(const language::address::ProviderConfig& provider) const;
  std::string NameOf(NodeId id) const;  // as cycles print it: "module.a.local.x"

  // The resources that this one comes after, directly or through anything else: what state files store as
  // dependencies. Shared between resources that have the same.
  state::Dependencies TransitiveResources(NodeId resource) const;
  // Resource nodes reached without passing another resource: locals, variables, outputs and providers are
  // looked through.
  std::span<const NodeId> DirectResources(NodeId id) const { return direct_resources_[id]; }
  // Managed resources that the node's expressions name directly, and those of its (and its modules')
  // depends_on, looked through non-resources: what a data source waits for.
  const std::vector<NodeId>& DataDependencies(NodeId id) const;

 private:
  friend class ConfigGraphBuilder;
  void ComputeLevels();
  std::vector<NodeId> AllManaged(NodeId data) const;
  void ComputeDirectResources();
  void ComputeClosures() const;

  std::vector<Node> nodes_;
  std::vector<std::vector<NodeId>> levels_;
  std::vector<std::vector<NodeId>> direct_resources_;
  std::vector<std::vector<NodeId>> data_dependencies_;
  mutable std::vector<state::Dependencies> closures_;  // by node; filled on first use
  std::unordered_map<const config::Resource*, std::unordered_map<const config::ModuleNode*, NodeId>>
      resource_ids_;
  std::unordered_map<std::string, NodeId> provider_ids_;
};

}  // namespace engine::graph
