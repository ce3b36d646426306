#include "engine/run/apply_drawing.h"

#include <fmt/format.h>

#include <map>

#include "engine/run/apply_graph.h"

namespace engine::run {
namespace {

using graph::Drawing;
using graph::NodeId;

constexpr uint32_t kNone = UINT32_MAX;

std::string NameOf(const ApplyVertex& vertex, const changes::Plan& plan) {
  std::string name = vertex.changes.size() == 1 ? plan.resources[vertex.changes[0]].address.ToString()
                                                : fmt::format("{} ({} instances)", vertex.resource.ToString(),
                                                              vertex.changes.size());
  return name + (vertex.destroy ? " (destroy)" : "");
}

// Finds the vertices of provider configurations, which have names only.
uint32_t FindByName(const std::map<std::string, uint32_t>& names, const std::string& name) {
  auto found = names.find(name);
  return found == names.end() ? kNone : found->second;
}

}  // namespace

Drawing DrawApply(const config::Configuration& configuration, const changes::Plan& plan,
                  base::diag::Diagnostics& diagnostics) {
  std::vector<language::address::ProviderConfig> providers;
  for (const changes::ResourceChange& change : plan.resources) providers.push_back(change.provider);
  const graph::ConfigGraph config_graph(configuration, providers, diagnostics);
  const ApplyGraph order = BuildApplyGraph(plan, config_graph, diagnostics);
  if (diagnostics.HasErrors()) return {};
  std::vector<uint32_t> of_node;
  Drawing drawing = graph::DrawConfiguration(config_graph, configuration, providers, *plan.prior_state,
                                             graph::Operation::kApply, of_node);
  std::map<std::string, uint32_t> names;
  for (uint32_t id = 0; id < drawing.vertices.size(); ++id) names[drawing.vertices[id].name] = id;

  std::vector<uint32_t> ids;
  std::vector<uint32_t> changed(config_graph.nodes().size(), kNone);
  for (const ApplyVertex& vertex : order.vertices) {
    const uint32_t id = drawing.Add({.name = NameOf(vertex, plan),
                                     .label = vertex.resource.ToString(),
                                     .shape = graph::Shape::kBox,
                                     .module = vertex.resource.module,
                                     .node = vertex.node});
    ids.push_back(id);
    if (!vertex.destroy && vertex.node != graph::kNoNode) {
      changed[vertex.node] = id;
      drawing.edges[id].push_back(of_node[vertex.node]);
    }
    const std::string provider = plan.resources[vertex.changes[0]].provider.ToString();
    const uint32_t provider_id = FindByName(names, provider);
    const uint32_t close_id = FindByName(names, provider + " (close)");
    if (provider_id != kNone) drawing.edges[id].push_back(provider_id);
    if (close_id != kNone) drawing.edges[close_id].push_back(id);
  }
  for (uint32_t index = 0; index < order.vertices.size(); ++index)
    for (uint32_t earlier : order.vertices[index].before) drawing.edges[ids[index]].push_back(ids[earlier]);
  // Who reads a resource waits for its changes.
  std::vector<uint32_t> follow(drawing.vertices.size(), kNone);
  for (NodeId node = 0; node < changed.size(); ++node)
    if (changed[node] != kNone) follow[of_node[node]] = changed[node];
  for (uint32_t id = 0; id < drawing.vertices.size(); ++id) {
    const size_t count = drawing.edges[id].size();
    for (size_t edge = 0; edge < count; ++edge)
      if (uint32_t next = follow[drawing.edges[id][edge]]; next != kNone && next != id)
        drawing.edges[id].push_back(next);
  }
  graph::Close(drawing);
  return drawing;
}

}  // namespace engine::run
