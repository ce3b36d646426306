// Where the boxes and lines of a graph go: columns by longest path (what is needed first stands left),
// modules as nested bands that never overlap, few crossings. Pure geometry in pixels; not how it is drawn
// (graph_svg.h). Used by pictures of graphs. n log n for each of a fixed number of sweeps, and linear in the
// lines' lengths.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/graph/reduction.h"

namespace cli::view {

struct Point {
  double x = 0, y = 0;
};
struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
  double middle() const { return y + height / 2; }
};

struct LayoutInput {
  struct Node {
    double width = 0, height = 0;
    uint32_t group = 0;
  };
  std::vector<Node> nodes;
  // Parents of the groups: a group comes after its parent; the first is the whole and its own parent.
  std::vector<uint32_t> groups;
  engine::graph::Adjacency edges;  // from a node to those that it needs; cycles are allowed
};

struct Layout {
  std::vector<Rectangle> nodes;
  std::vector<Rectangle> groups;  // the first is the whole picture
  // For each edge, in the order of the input: points from the needed node's right side to the other's left
  // side.
  std::vector<std::vector<std::vector<Point>>> lines;
};

Layout LayOut(const LayoutInput& input);

}  // namespace cli::view
