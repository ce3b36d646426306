#include "engine/graph/cycles.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace engine::graph {
namespace {

// Beyond this many steps the best loop so far must do: configurations in which thousands of objects need each
// other are made by generators, and any loop shows the mistake.
constexpr size_t kMaxSteps = 20'000'000;

// Tarjan's algorithm, with a stack of its own instead of recursion.
class Components {
 public:
  explicit Components(const Adjacency& edges)
      : edges_(edges), order_(edges.size()), lowest_(edges.size()), open_(edges.size()) {}

  std::vector<std::vector<uint32_t>> Find() {
    for (uint32_t start = 0; start < edges_.size(); ++start) {
      if (order_[start] != 0) continue;
      Enter(start);
      while (!path_.empty()) Step();
    }
    return std::move(found_);
  }

 private:
  void Enter(uint32_t id) {
    order_[id] = lowest_[id] = ++count_;
    open_[id] = true;
    stack_.push_back(id);
    path_.emplace_back(id, 0);
  }

  void Step() {
    auto& [id, next] = path_.back();
    if (next == edges_[id].size()) return Leave(id);
    const uint32_t dependency = edges_[id][next++];
    if (order_[dependency] == 0)
      Enter(dependency);
    else if (open_[dependency])
      lowest_[id] = std::min(lowest_[id], order_[dependency]);
  }

  void Leave(uint32_t done) {
    path_.pop_back();
    if (!path_.empty()) lowest_[path_.back().first] = std::min(lowest_[path_.back().first], lowest_[done]);
    if (lowest_[done] != order_[done]) return;
    std::vector<uint32_t> members;
    do {
      members.push_back(stack_.back());
      open_[stack_.back()] = false;
      stack_.pop_back();
    } while (members.back() != done);
    if (members.size() > 1 || std::find(edges_[done].begin(), edges_[done].end(), done) != edges_[done].end())
      found_.push_back(std::move(members));
  }

  const Adjacency& edges_;
  std::vector<uint32_t> order_, lowest_;
  std::vector<bool> open_;
  std::vector<uint32_t> stack_;
  std::vector<std::pair<uint32_t, size_t>> path_;  // with the next dependency to look at
  uint32_t count_ = 0;
  std::vector<std::vector<uint32_t>> found_;
};

std::string CycleName(const ConfigGraph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const bool expands =
      node.kind == NodeKind::kVariable || node.kind == NodeKind::kLocal || node.kind == NodeKind::kOutput;
  // A root variable needs others for its validation only.
  const bool validates = node.kind == NodeKind::kVariable && !node.module->parent;
  return graph.NameOf(id) + (validates ? " (validation)" : expands ? " (expand)" : "");
}

// Why `from` needs `to`: the place and the text of the expression.
std::string WhyNeeded(const ConfigGraph& graph, NodeId from, NodeId to,
                      std::span<const Reference> references) {
  const Reference* best = nullptr;
  for (const Reference& reference : references) {
    if (reference.from != from ||
        std::find(reference.targets.begin(), reference.targets.end(), to) == reference.targets.end())
      continue;
    if (best == nullptr || (best->object != to && reference.object == to)) best = &reference;
  }
  if (best != nullptr) {
    const base::text::Range range = best->file->RangeOf(best->traversal->span);
    return fmt::format("{}:{}: {}", range.filename, range.start.line,
                       best->file->source().Slice(best->traversal->span));
  }
  if (graph.node(to).kind == NodeKind::kProvider) return "by its provider configuration";
  return "lies inside of it";
}

void ReportCycle(const ConfigGraph& graph, const std::vector<NodeId>& members,
                 const std::vector<NodeId>& loop, std::span<const Reference> references,
                 base::diag::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (NodeId id : members) names.push_back(CycleName(graph, id));
  std::sort(names.begin(), names.end());
  std::string detail = loop.size() == members.size() ? "Each of these needs the next first:\n"
                                                     : "The shortest loop among these, each needs the next "
                                                       "first:\n";
  for (size_t index = 0; index < loop.size(); ++index) {
    const NodeId from = loop[index];
    const NodeId to = loop[(index + 1) % loop.size()];
    detail += fmt::format("\n  {} needs {}\n    {}", graph.NameOf(from), graph.NameOf(to),
                          WhyNeeded(graph, from, to, references));
  }
  detail +=
      "\n\nNone of them can be the first. Take one of these references away, or move the shared part into a "
      "local value or resource of its own.";
  diagnostics.Error(fmt::format("Cycle: {}", fmt::join(names, ", ")), detail);
}

}  // namespace

std::vector<std::vector<uint32_t>> FindCycles(const Adjacency& edges) { return Components(edges).Find(); }

std::vector<uint32_t> ShortestLoop(const Adjacency& edges, std::span<const uint32_t> members) {
  std::vector<uint32_t> sorted(members.begin(), members.end());
  std::sort(sorted.begin(), sorted.end());
  std::unordered_map<uint32_t, uint32_t> place;
  for (uint32_t index = 0; index < sorted.size(); ++index) place[sorted[index]] = index;
  std::vector<uint32_t> best;
  size_t steps = 0;
  std::vector<uint32_t> seen(sorted.size(), UINT32_MAX), before(sorted.size()), depth(sorted.size());
  for (uint32_t start = 0; start < sorted.size() && (steps < kMaxSteps || best.empty()); ++start) {
    std::deque<uint32_t> queue{start};
    seen[start] = start;
    depth[start] = 1;
    bool found = false;
    while (!queue.empty() && !found) {
      const uint32_t here = queue.front();
      queue.pop_front();
      if (!best.empty() && depth[here] >= best.size()) break;
      for (uint32_t dependency : edges[sorted[here]]) {
        ++steps;
        auto next = place.find(dependency);
        if (next == place.end()) continue;
        if (next->second == start) {
          best.clear();
          for (uint32_t back = here; back != start; back = before[back]) best.push_back(sorted[back]);
          best.push_back(sorted[start]);
          std::reverse(best.begin(), best.end());
          found = true;
          break;
        }
        if (seen[next->second] == start) continue;
        seen[next->second] = start;
        before[next->second] = here;
        depth[next->second] = depth[here] + 1;
        queue.push_back(next->second);
      }
    }
    if (best.size() == 1) break;
  }
  return best;
}

void ReportCycles(const ConfigGraph& graph, std::span<const Reference> references,
                  base::diag::Diagnostics& diagnostics) {
  Adjacency edges;
  edges.reserve(graph.nodes().size());
  for (const Node& node : graph.nodes()) edges.push_back(node.dependencies);
  for (const std::vector<uint32_t>& members : FindCycles(edges))
    ReportCycle(graph, members, ShortestLoop(edges, members), references, diagnostics);
}

}  // namespace engine::graph
