#include <gtest/gtest.h>

#include "engine/config/load.h"
#include "engine/graph/cycles.h"
#include "engine/graph/drawing.h"

namespace engine::graph {
namespace {

using base::diag::Diagnostics;

std::unique_ptr<config::Configuration> Load(std::map<std::string, std::string> texts) {
  Diagnostics diagnostics;
  auto files = config::MemoryFiles(std::move(texts));
  auto loaded = config::LoadConfiguration(*files, ".", diagnostics);
  for (const auto& item : diagnostics.items()) ADD_FAILURE() << item.summary << ": " << item.detail;
  return loaded;
}

std::string Mistakes(std::string main_tf) {
  auto configuration = Load({{"main.tf", std::move(main_tf)}});
  Diagnostics diagnostics;
  ConfigGraph graph(*configuration, {}, diagnostics);
  std::string out;
  for (const auto& item : diagnostics.items()) out += item.summary + "\n" + item.detail + "\n";
  return out;
}

TEST(Cycles, TellEachStepWithItsLine) {
  EXPECT_EQ(
      Mistakes("locals {\n"
               "  l = terraform_data.b.id\n"
               "}\n"
               "resource \"terraform_data\" \"a\" {\n"
               "  input = upper(local.l)\n"
               "}\n"
               "resource \"terraform_data\" \"b\" {\n"
               "  depends_on = [terraform_data.a]\n"
               "}\n"),
      "Cycle: local.l (expand), terraform_data.a, terraform_data.b\n"
      "Each of these needs the next first:\n"
      "\n"
      "  local.l needs terraform_data.b\n"
      "    main.tf:2: terraform_data.b.id\n"
      "  terraform_data.b needs terraform_data.a\n"
      "    main.tf:8: terraform_data.a\n"
      "  terraform_data.a needs local.l\n"
      "    main.tf:5: local.l\n"
      "\n"
      "None of them can be the first. Take one of these references away, or move the shared part into a "
      "local value or resource of its own.\n");
}

TEST(Cycles, ShowTheShortestOfManyLoops) {
  const std::string text = Mistakes(
      "locals {\n"
      "  a = local.b\n"
      "  b = local.c\n"
      "  c = [local.d, local.b]\n"
      "  d = local.a\n"
      "}\n");
  EXPECT_NE(text.find("Cycle: local.a (expand), local.b (expand), local.c (expand), local.d (expand)"),
            std::string::npos);
  EXPECT_NE(text.find("The shortest loop among these, each needs the next first:\n"
                      "\n"
                      "  local.b needs local.c\n"
                      "    main.tf:3: local.c\n"
                      "  local.c needs local.b\n"
                      "    main.tf:4: local.b\n"),
            std::string::npos)
      << text;
}

TEST(Cycles, ComponentsAndLoopsOfLargeGraphs) {
  // A ring of 50,000 with one shortcut back: found without recursion, and the loop is the short one.
  const uint32_t size = 50'000;
  Adjacency edges(size);
  for (uint32_t id = 0; id < size; ++id) edges[id].push_back((id + 1) % size);
  edges[7].push_back(5);
  auto cycles = FindCycles(edges);
  ASSERT_EQ(cycles.size(), 1u);
  EXPECT_EQ(cycles[0].size(), size);
  EXPECT_EQ(ShortestLoop(edges, cycles[0]), (std::vector<uint32_t>{5, 6, 7}));
}

TEST(Reduce, KeepsWhatOthersDoNotSay) {
  Adjacency edges{{}, {0}, {0, 1}, {0, 1, 2, 2}, {0, 3}};
  Reduce(edges);
  EXPECT_EQ(edges, (Adjacency{{}, {0}, {1}, {2}, {3}}));
  Adjacency cyclic{{1, 1}, {2}, {0, 1}};
  Reduce(cyclic);
  EXPECT_EQ(cyclic, (Adjacency{{1}, {2}, {0, 1}}));
}

TEST(Reduce, EqualsASimpleReductionOfRandomGraphs) {
  uint32_t seed = 1;
  auto next = [&] { return (seed = seed * 1664525 + 1013904223) >> 16; };
  for (int round = 0; round < 50; ++round) {
    const uint32_t size = 20;
    Adjacency edges(size);
    for (uint32_t id = 1; id < size; ++id)
      for (uint32_t end = 0; end < id; ++end)
        if (next() % 4 == 0) edges[id].push_back(end);
    std::vector<std::vector<bool>> reaches(size, std::vector<bool>(size));
    Adjacency expected(size);
    for (uint32_t id = 0; id < size; ++id)
      for (uint32_t end : edges[id]) {
        reaches[id][end] = true;
        for (uint32_t further = 0; further < size; ++further)
          if (reaches[end][further]) reaches[id][further] = true;
      }
    for (uint32_t id = 0; id < size; ++id)
      for (uint32_t end : edges[id]) {
        bool by_another = false;
        for (uint32_t other : edges[id]) by_another = by_another || reaches[other][end];
        if (!by_another) expected[id].push_back(end);
      }
    Reduce(edges);
    EXPECT_EQ(edges, expected);
  }
}

TEST(Drawing, OfResourcesLooksThroughEverythingElse) {
  auto configuration =
      Load({{"main.tf",
             "resource \"terraform_data\" \"a\" {}\n"
             "locals { l = terraform_data.a.id }\n"
             "module \"m\" {\n  source = \"./m\"\n  x = local.l\n}\n"
             "resource \"terraform_data\" \"z\" { input = [module.m.y, terraform_data.a.id] }\n"},
            {"m/main.tf",
             "variable \"x\" {}\n"
             "resource \"terraform_data\" \"i\" { input = var.x }\n"
             "output \"y\" { value = terraform_data.i.id }\n"}});
  const Drawing drawing = DrawResources(*configuration, {});
  std::string text;
  for (uint32_t id = 0; id < drawing.vertices.size(); ++id) {
    text += drawing.vertices[id].name + ":";
    for (uint32_t end : drawing.edges[id]) text += " " + drawing.vertices[end].name;
    text += "\n";
  }
  EXPECT_EQ(text,
            "terraform_data.a:\n"
            "terraform_data.z: module.m.terraform_data.i\n"
            "module.m.terraform_data.i: terraform_data.a\n");
}

}  // namespace
}  // namespace engine::graph
