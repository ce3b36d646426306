#include "engine/graph/reduction.h"

#include <algorithm>
#include <numeric>

namespace engine::graph {
namespace {

void SortUnique(std::vector<uint32_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

// Looks for ways round the edges of one vertex after the other.
class Reducer {
 public:
  Reducer(Adjacency& edges, const std::vector<uint32_t>& heights)
      : edges_(edges), heights_(heights), seen_(edges.size(), UINT32_MAX) {}

  void ReduceVertex(uint32_t vertex) {
    std::vector<uint32_t>& ends = edges_[vertex];
    if (ends.size() < 2) return;
    // From the highest, for it reaches most; the highest itself cannot be reached by the others.
    std::vector<uint32_t> order = ends;
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return heights_[a] > heights_[b]; });
    lowest_ = heights_[order.back()];
    wanted_ = order.size() - 1;
    for (uint32_t end : order) is_end_[end] = true;
    for (uint32_t end : order)
      if (wanted_ > 0 && seen_[end] != vertex) Mark(vertex, end);
    std::erase_if(ends, [&](uint32_t end) { return reached_[end] == vertex; });
    for (uint32_t end : order) is_end_[end] = false;
  }

 private:
  void Mark(uint32_t vertex, uint32_t start) {
    stack_.assign(1, start);
    while (!stack_.empty() && wanted_ > 0) {
      const uint32_t here = stack_.back();
      stack_.pop_back();
      for (uint32_t next : edges_[here]) {
        if (is_end_[next] && reached_[next] != vertex) {
          reached_[next] = vertex;
          --wanted_;
        }
        if (heights_[next] <= lowest_ || seen_[next] == vertex) continue;
        seen_[next] = vertex;
        stack_.push_back(next);
      }
    }
  }

  Adjacency& edges_;
  const std::vector<uint32_t>& heights_;
  std::vector<uint32_t> seen_;
  std::vector<uint32_t> reached_ = std::vector<uint32_t>(edges_.size(), UINT32_MAX);
  std::vector<bool> is_end_ = std::vector<bool>(edges_.size());
  std::vector<uint32_t> stack_;
  uint32_t lowest_ = 0;
  size_t wanted_ = 0;
};

}  // namespace

std::vector<uint32_t> LongestWays(const Adjacency& edges) {
  std::vector<uint32_t> waiting(edges.size()), heights(edges.size());
  Adjacency back(edges.size());
  std::vector<uint32_t> ready;
  for (uint32_t vertex = 0; vertex < edges.size(); ++vertex) {
    waiting[vertex] = static_cast<uint32_t>(edges[vertex].size());
    for (uint32_t end : edges[vertex]) back[end].push_back(vertex);
    if (edges[vertex].empty()) ready.push_back(vertex);
  }
  size_t done = 0;
  while (!ready.empty()) {
    const uint32_t vertex = ready.back();
    ready.pop_back();
    ++done;
    for (uint32_t above : back[vertex]) {
      heights[above] = std::max(heights[above], heights[vertex] + 1);
      if (--waiting[above] == 0) ready.push_back(above);
    }
  }
  if (done != edges.size()) heights.clear();
  return heights;
}

void Reduce(Adjacency& edges) {
  for (std::vector<uint32_t>& ends : edges) SortUnique(ends);
  const std::vector<uint32_t> heights = LongestWays(edges);
  if (heights.size() != edges.size()) return;
  // From above, so that the edges further down are still all there to be followed.
  std::vector<uint32_t> order(edges.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return heights[a] > heights[b]; });
  Reducer reducer(edges, heights);
  for (uint32_t vertex : order) reducer.ReduceVertex(vertex);
}

}  // namespace engine::graph
