#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

using language::address::ParseTarget;

constexpr std::string_view kChain = R"(
resource "terraform_data" "a" { input = 1 }
resource "terraform_data" "b" {
  count = 2
  input = terraform_data.a.output
}
resource "terraform_data" "c" { input = terraform_data.b[0].output }
resource "terraform_data" "other" {}
output "c" { value = terraform_data.c.output }
output "other" { value = terraform_data.other.id }
)";

PlanOptions Excluding(std::string_view text, changes::Mode mode = changes::Mode::kNormal) {
  PlanOptions options{.mode = mode};
  options.excludes.push_back(*ParseTarget(text));
  return options;
}

TEST(Targeting, WhatIsExcludedTakesItsDependantsAlong) {
  TestRun run{std::string(kChain)};
  run.Plan(Excluding("terraform_data.b"));
  EXPECT_EQ(run.problems(), "warning: Resource targeting is in effect\n");
  EXPECT_EQ(run.Actions(), "create terraform_data.a\ncreate terraform_data.other\n");
  ASSERT_EQ(run.Plan(Excluding("terraform_data.b")).outputs.size(), 1u);
  EXPECT_EQ(run.Plan(Excluding("terraform_data.b")).outputs[0].name, "other");
}

TEST(Targeting, ExcludedInstancesLeaveTheirSisters) {
  TestRun run{std::string(kChain)};
  run.Plan(Excluding("terraform_data.b[1]"));
  EXPECT_EQ(run.Actions(),
            "create terraform_data.a\ncreate terraform_data.b[0]\ncreate terraform_data.other\n");
}

TEST(Targeting, DestroyKeepsWhatTheExcludedNeeds) {
  TestRun run{std::string(kChain)};
  run.Apply();
  run.Apply(Excluding("terraform_data.b", changes::Mode::kDestroy));
  EXPECT_EQ(run.Addresses(), "terraform_data.a\nterraform_data.b[0]\nterraform_data.b[1]\n");
}

TEST(Targeting, ApplyLeavesTheRestOfTheStateAlone) {
  TestRun run{std::string(kChain)};
  run.Apply();
  std::string text(kChain);
  run.SetMain(text.replace(text.find("input = 1"), 9, "input = 2"));
  PlanOptions options;
  options.targets.push_back(*ParseTarget("terraform_data.b[1]"));
  ApplyResult result = run.Apply(options);
  EXPECT_EQ(run.problems(),
            "warning: Resource targeting is in effect\nwarning: Applied changes may be incomplete\n");
  EXPECT_EQ(result.changed, 2);
  EXPECT_EQ(result.outputs.size(), 2u);
  run.Plan();
  EXPECT_EQ(run.Actions(), "update terraform_data.b[0]\nupdate terraform_data.c\n");
}

TEST(Targeting, DeposedObjectsAreTargetedByTheirAddress) {
  constexpr std::string_view kReplaced = R"(
resource "mock_object" "a" {
  name = "a"
  size = %
  lifecycle { create_before_destroy = true }
}
resource "mock_object" "b" { name = "b" }
)";
  auto text = [&](std::string size) {
    std::string out = std::string(kUseMock) + std::string(kReplaced);
    return out.replace(out.find('%'), 1, size);
  };
  std::string failing = text("1");
  failing.replace(failing.find("name = \"a\""), 10, "name = \"a\"\n  fail = \"delete\"");
  TestRun run(failing);
  run.Apply();
  run.SetMain(text("2"));
  run.Apply();
  ASSERT_NE(run.Addresses().find("(deposed)"), std::string::npos) << run.Addresses();
  PlanOptions options;
  options.targets.push_back(*ParseTarget("mock_object.b"));
  run.Plan(options);
  EXPECT_EQ(run.Actions(), "");
  options.targets[0] = *ParseTarget("mock_object.a");
  run.Plan(options);
  EXPECT_EQ(run.Actions(), "delete mock_object.a (deposed)\n");
}

// A run that died may have made more than this run looks at: it is taken into the state all the same.
TEST(Targeting, CreatesInDoubtAreLookedForEverywhere) {
  base::core::TempDirectory store;
  const std::string text = std::string(kUseMock) + "provider \"mock\" {\n  store = \"" + store.path() +
                           "\"\n}\nresource \"mock_object\" \"x\" { name = \"x\" }\n" +
                           "resource \"terraform_data\" \"other\" {}\n";
  TestRun dead(text);
  dead.Apply();
  PlanOptions options;
  options.targets.push_back(*ParseTarget("terraform_data.other"));
  options.in_doubt.push_back({.address = *language::address::ParseResourceInstance("mock_object.x"),
                              .provider = dead.State().resources[0].provider,
                              .planned_json = R"({"name":"x"})"});
  TestRun run(text);
  run.Apply(options);
  EXPECT_EQ(run.Addresses(), "mock_object.x\nterraform_data.other\n") << run.details();
  options.mode = changes::Mode::kDestroy;
  TestRun destroy(text);
  destroy.Apply(options);
  EXPECT_EQ(destroy.Addresses(), "mock_object.x\n") << destroy.details();
}

}  // namespace
}  // namespace engine::run
