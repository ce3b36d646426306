// state mv and state rm on states as data.
#include <gtest/gtest.h>

#include "engine/state/move.h"
#include "engine/state/reader.h"
#include "engine/state/selection.h"

namespace engine::state {
namespace {

using language::address::ParseTarget;

// "module.a x.y[0] <- x.z, x.w": an instance and what it depends on.
struct Line {
  const char* module;
  const char* name;
  const char* key;  // JSON
  const char* dependencies = "";
};

// Lines of one resource follow each other.
State Make(std::initializer_list<Line> lines) {
  std::string text, last;
  for (const Line& line : lines) {
    const std::string resource = std::string(line.module) + " " + line.name;
    if (resource == last) {
      text += ",";
    } else {
      text += std::string(last.empty() ? "" : "]},") + "{" +
              (*line.module ? R"("module":")" + std::string(line.module) + R"(",)" : "") +
              R"("mode":"managed","type":"x","name":")" + line.name +
              R"(","provider":"provider[\"registry.terraform.io/a/b\"]","instances":[)";
    }
    const std::string key =
        line.key == std::string("null") ? "" : R"("index_key":)" + std::string(line.key) + ",";
    text += "{" + key + R"("schema_version":0,"attributes":{"id":"1"},"dependencies":[)" + line.dependencies +
            "]}";
    last = resource;
  }
  return ReadState(R"({"version":4,"serial":1,"lineage":"l","resources":[)" + text + "]}]}").value();
}

std::string List(const State& state) {
  std::string out;
  for (const ResourceInstance& address : AllInstances(state)) {
    out += address.ToString();
    const ObjectPtr object = state.FindObject(address);
    if (object && object->dependencies && !object->dependencies->empty()) out += "+";
    out += " ";
  }
  return out;
}

// What is there after the move, or the summaries of the errors.
std::string Move(State state, const char* from, const char* to) {
  base::diag::Diagnostics diagnostics;
  MoveObjects(state, state, ParseTarget(from).value(), ParseTarget(to).value(), diagnostics);
  if (!diagnostics.HasErrors()) return List(state);
  std::string out;
  for (const base::diag::Diagnostic& diagnostic : diagnostics.items()) out += diagnostic.summary + "; ";
  return out;
}

TEST(MoveObjects, ResourcesAndInstances) {
  const State state = Make({{"", "a", "null"}, {"", "c", "0"}, {"", "c", "1"}});
  EXPECT_EQ(Move(state, "x.a", "x.b"), "x.b x.c[0] x.c[1] ");
  EXPECT_EQ(Move(state, "x.a", "x.c[2]"), "x.c[0] x.c[1] x.c[2] ");
  EXPECT_EQ(Move(state, "x.c[0]", "x.a[\"k\"]"), "x.a x.a[\"k\"] x.c[1] ");
  EXPECT_EQ(Move(state, "x.c", "module.m[\"k\"].x.d"), "x.a module.m[\"k\"].x.d[0] module.m[\"k\"].x.d[1] ");
  EXPECT_EQ(Move(state, "x.a", "x.c[0]"), "Invalid target address; ");
  EXPECT_EQ(Move(state, "x.c", "x.a"), "Invalid target address; ");
  EXPECT_EQ(Move(state, "x.c", "x.d[0]"), "Invalid target address; ");
  EXPECT_EQ(Move(state, "x.n", "x.m"), "Invalid source address; ");
  EXPECT_EQ(Move(state, "x.c[7]", "x.m"), "Invalid source address; ");
  EXPECT_EQ(Move(state, "x.a", "y.a"), "Invalid state move request; ");
  EXPECT_EQ(Move(state, "x.a", "data.x.b"), "Invalid state move request; ");
  EXPECT_EQ(Move(state, "x.a", "module.m"), "Invalid target address; ");
}

TEST(MoveObjects, Modules) {
  const State state =
      Make({{"module.m", "a", "null"}, {"module.m.module.n", "b", "null"}, {"module.z[0]", "c", "null"}});
  EXPECT_EQ(Move(state, "module.m", "module.k[1]"),
            "module.k[1].x.a module.z[0].x.c module.k[1].module.n.x.b ");
  EXPECT_EQ(Move(state, "module.m.module.n", "module.n"), "module.m.x.a module.n.x.b module.z[0].x.c ");
  EXPECT_EQ(Move(state, "module.m", "module.z[0]"), "Invalid target address; ");
  EXPECT_EQ(Move(state, "module.z", "module.y"), "Invalid source address; ");
  EXPECT_EQ(Move(state, "module.m", "x.a"), "Invalid target address; ");
}

TEST(MoveObjects, DependenciesOnWhatMovedAreForgotten) {
  const State state = Make({{"", "a", "null"},
                            {"", "b", "null", R"("x.a")"},
                            {"", "c", "null", R"("module.m.x.d")"},
                            {"", "e", "null", R"("x.other")"},
                            {"module.m", "d", "null"}});
  EXPECT_EQ(Move(state, "x.a", "x.z"), "x.b x.c+ x.e+ x.z module.m.x.d ");
  EXPECT_EQ(Move(state, "module.m", "module.n"), "x.a x.b+ x.c x.e+ module.n.x.d ");
}

TEST(MoveObjects, IntoAnotherState) {
  State from = Make({{"", "a", "null"}, {"", "b", "null"}});
  State to = Make({{"", "b", "null"}});
  base::diag::Diagnostics diagnostics;
  const auto moved =
      MoveObjects(from, to, ParseTarget("x.a").value(), ParseTarget("x.c").value(), diagnostics);
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(List(from), "x.b ");
  EXPECT_EQ(List(to), "x.b x.c ");
}

TEST(Selection, WhatAddressesName) {
  const State state =
      Make({{"", "a", "0"}, {"", "a", "1"}, {"module.m[0]", "b", "null"}, {"module.m[1]", "b", "null"}});
  auto count = [&](const char* text) { return InstancesAt(state, ParseTarget(text).value()).size(); };
  EXPECT_EQ(count("x.a"), 2u);
  EXPECT_EQ(count("x.a[1]"), 1u);
  EXPECT_EQ(count("x.a[2]"), 0u);
  EXPECT_EQ(count("module.m"), 2u);
  EXPECT_EQ(count("module.m[1]"), 1u);
  EXPECT_EQ(count("module.m.x.b"), 0u);
  State rest = state;
  RemoveInstances(rest, InstancesAt(state, ParseTarget("module.m[0]").value()));
  RemoveInstances(rest, InstancesAt(state, ParseTarget("x.a[0]").value()));
  EXPECT_EQ(List(rest), "x.a[1] module.m[1].x.b ");
}

}  // namespace
}  // namespace engine::state
