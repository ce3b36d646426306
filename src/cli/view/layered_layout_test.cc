#include "cli/view/layered_layout.h"

#include <gtest/gtest.h>

namespace cli::view {
namespace {

LayoutInput Input(size_t nodes, std::vector<uint32_t> groups = {0}) {
  LayoutInput input;
  input.nodes.assign(nodes, {.width = 100, .height = 40});
  input.groups = std::move(groups);
  input.edges.resize(nodes);
  return input;
}

bool Overlap(const Rectangle& a, const Rectangle& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool Inside(const Rectangle& outer, const Rectangle& inner) {
  return outer.x <= inner.x && outer.y <= inner.y && inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

void ExpectSound(const LayoutInput& input, const Layout& layout) {
  for (size_t a = 0; a < layout.nodes.size(); ++a) {
    EXPECT_TRUE(Inside(layout.groups[input.nodes[a].group], layout.nodes[a])) << a;
    for (size_t b = 0; b < a; ++b)
      EXPECT_FALSE(Overlap(layout.nodes[a], layout.nodes[b])) << a << " and " << b;
  }
  for (size_t group = 1; group < layout.groups.size(); ++group) {
    EXPECT_TRUE(Inside(layout.groups[input.groups[group]], layout.groups[group])) << group;
    for (size_t other = 1; other < group; ++other)
      if (input.groups[group] != other && input.groups[other] == input.groups[group]) {
        EXPECT_FALSE(Overlap(layout.groups[group], layout.groups[other]));
      }
  }
}

TEST(LayOut, WhatIsNeededStandsLeft) {
  LayoutInput input = Input(4);
  input.edges = {{}, {0}, {1, 0}, {2}};
  const Layout layout = LayOut(input);
  ExpectSound(input, layout);
  for (uint32_t node = 1; node < 4; ++node)
    EXPECT_GT(layout.nodes[node].x, layout.nodes[node - 1].x + layout.nodes[node - 1].width);
  // A chain is a straight line.
  EXPECT_EQ(layout.nodes[2].y, layout.nodes[3].y);
  const std::vector<Point>& line = layout.lines[3][0];
  EXPECT_EQ(line.front().x, layout.nodes[2].x + 100);
  EXPECT_EQ(line.back().x, layout.nodes[3].x);
}

TEST(LayOut, CrossingsAreUndone) {
  // Each right node needs the left node of the opposite place.
  LayoutInput input = Input(8);
  for (uint32_t index = 0; index < 4; ++index) input.edges[4 + index] = {3 - index};
  const Layout layout = LayOut(input);
  ExpectSound(input, layout);
  for (uint32_t a = 0; a < 4; ++a)
    for (uint32_t b = 0; b < 4; ++b)
      EXPECT_EQ(layout.nodes[4 + a].y < layout.nodes[4 + b].y, layout.nodes[3 - a].y < layout.nodes[3 - b].y);
}

TEST(LayOut, ModulesAreFramesThatDoNotOverlap) {
  LayoutInput input = Input(9, {0, 0, 1, 0});
  for (uint32_t node = 0; node < 9; ++node) {
    input.nodes[node].group = node % 4;
    if (node > 0) input.edges[node] = {node - 1};
    if (node > 4) input.edges[node].push_back(node - 5);
  }
  ExpectSound(input, LayOut(input));
}

TEST(LayOut, CyclesAndLonelyNodes) {
  LayoutInput input = Input(60);
  input.edges[0] = {1};
  input.edges[1] = {2};
  input.edges[2] = {0};
  const Layout layout = LayOut(input);
  ExpectSound(input, layout);
  EXPECT_LT(layout.groups[0].height, 1500) << "lonely nodes share rows";
}

TEST(LayOut, ManyOfOneKindStandInSeveralColumns) {
  LayoutInput input = Input(301);
  for (uint32_t node = 1; node < 301; ++node) input.edges[node] = {0};
  const Layout layout = LayOut(input);
  ExpectSound(input, layout);
  EXPECT_LT(layout.groups[0].height, 3000);
}

TEST(LayOut, LargeGraphsAndNone) {
  EXPECT_EQ(LayOut(Input(0)).nodes.size(), 0u);
  LayoutInput input = Input(20'000);
  uint32_t seed = 1;
  for (uint32_t node = 1; node < 20'000; ++node) {
    seed = seed * 1664525 + 1013904223;
    input.edges[node] = {seed % node};
  }
  EXPECT_EQ(LayOut(input).nodes.size(), 20'000u);
}

}  // namespace
}  // namespace cli::view
