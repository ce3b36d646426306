#include <gmock/gmock.h>

#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

struct Statement {
  std::string_view before;  // applied first
  std::string_view text;
  std::string_view problems;
};

TEST(Statements, MistakesInMovedAndRemovedBlocks) {
  constexpr std::string_view kBoth = R"(
resource "terraform_data" "a" {}
resource "terraform_data" "b" {}
)";
  const Statement kCases[] = {
      {kBoth, R"(
resource "terraform_data" "a" {}
resource "terraform_data" "b" {}
moved {
  from = terraform_data.a
  to   = terraform_data.b
}
)",
       "error: Moved object still exists\n"},
      {kBoth, R"(
resource "terraform_data" "c" {}
moved {
  from = terraform_data.a
  to   = terraform_data.c
}
moved {
  from = terraform_data.b
  to   = terraform_data.c
}
)",
       "error: Ambiguous move statements\n"},
      {kBoth, R"(
moved {
  from = terraform_data.a
  to   = terraform_data.b
}
moved {
  from = terraform_data.b
  to   = terraform_data.a
}
)",
       "error: Cyclic dependency in move statements\n"},
      {"", R"(
resource "terraform_data" "n" { count = 2 }
moved {
  from = terraform_data.n[1]
  to   = terraform_data.n[5]
}
)",
       "error: Moved object still exists\n"},
      {"", R"(
resource "terraform_data" "n" { count = 2 }
moved {
  from = terraform_data.n[2]
  to   = terraform_data.n[1]
}
)",
       ""},
      {kBoth, R"(
resource "terraform_data" "a" {}
removed {
  from = terraform_data.a
  lifecycle { destroy = false }
}
)",
       "error: Removed resource still exists\n"},
  };
  for (const Statement& test : kCases) {
    TestRun run{std::string(test.before)};
    run.Apply();
    run.SetMain(std::string(test.text));
    run.Plan();
    EXPECT_EQ(run.problems(), test.problems) << test.text;
  }
}

TEST(Statements, EveryCycleIsTold) {
  TestRun run(R"(
locals {
  a = local.b
  b = local.a
}
resource "terraform_data" "x" { input = terraform_data.y.id }
resource "terraform_data" "y" { input = terraform_data.x.id }
resource "terraform_data" "behind" { input = terraform_data.y.id }
)");
  run.Plan();
  EXPECT_EQ(run.problems(),
            "error: Cycle: local.a (expand), local.b (expand)\n"
            "error: Cycle: terraform_data.x, terraform_data.y\n");
}

TEST(Statements, IgnoreChangesInsideOfObjects) {
  auto text = [](std::string_view value, std::string_view path) {
    return fmt::format(R"(
resource "terraform_data" "a" {{
  input = {{ k = "{0}", l = "{0}" }}
  lifecycle {{ ignore_changes = [{1}] }}
}}
)",
                       value, path);
  };
  for (auto [path, l] : {std::pair{"input.k", "b"}, std::pair{"input[\"k\"]", "a"}}) {
    TestRun run(text("a", path));
    run.Apply();
    run.SetMain(text("b", path));
    run.Apply();
    EXPECT_EQ(run.problems(), "") << path;
    state::ObjectPtr object =
        run.State().FindObject({{}, {language::address::ResourceMode::kManaged, "terraform_data", "a"}, {}});
    ASSERT_TRUE(object);
    EXPECT_THAT(object->AttributesJson(), testing::HasSubstr(fmt::format("\"k\":\"a\",\"l\":\"{}\"", l)));
  }
}

// What is ignored may have had another type.
TEST(Statements, IgnoreChangesOfTypes) {
  auto text = [](std::string_view value, std::string_view trigger) {
    return fmt::format(R"(
resource "terraform_data" "a" {{
  input            = {{ k = {0}, m = tomap({{ x = {0} }}), l = tolist([{0}]) }}
  triggers_replace = {1}
  lifecycle {{ ignore_changes = [input.k, input.m["x"], input.l[0], triggers_replace] }}
}}
)",
                       value, trigger);
  };
  TestRun run(text("1", "[1]"));
  run.Apply();
  run.SetMain(text("\"text\"", "\"t\""));
  run.Apply();
  EXPECT_EQ(run.problems(), "");
  state::ObjectPtr object =
      run.State().FindObject({{}, {language::address::ResourceMode::kManaged, "terraform_data", "a"}, {}});
  ASSERT_TRUE(object);
  EXPECT_THAT(object->AttributesJson(), testing::HasSubstr(R"("k":1,"l":["1"],"m":{"x":"1"}})"));
}

// An error in one resource hides only what it may have wanted, not that another is gone.
TEST(Statements, OrphansArePlannedDespiteErrorsElsewhere) {
  TestRun run(R"(
resource "terraform_data" "n" { count = 2 }
resource "terraform_data" "m" { count = 2 }
)");
  run.Apply();
  run.SetMain(R"(
resource "terraform_data" "n" { count = 1 }
resource "terraform_data" "m" { count = -1 }
)");
  run.Plan();
  EXPECT_EQ(run.Actions(), "delete terraform_data.n[1]\n");
  EXPECT_EQ(run.problems(), "error: Invalid count argument\n");
}

// What a removed object was used by is updated after it is gone.
TEST(Statements, UpdatesWaitForTheDestructionOfWhatTheyUsed) {
  TestRun run(R"(
resource "terraform_data" "a" {}
resource "terraform_data" "b" { input = terraform_data.a.id }
)");
  run.Apply();
  run.SetMain(R"(resource "terraform_data" "b" { input = "x" })");
  run.Apply();
  EXPECT_EQ(run.events, (std::vector<std::string>{"-terraform_data.a", "~terraform_data.b"}));
}

}  // namespace
}  // namespace engine::run
