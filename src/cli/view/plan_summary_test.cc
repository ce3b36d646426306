#include "cli/view/plan_summary.h"

#include <gtest/gtest.h>

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::changes::ActionReason;
using engine::changes::Plan;
using engine::changes::ResourceChange;
using language::value::PathStep;
using language::value::Value;

ResourceChange Change(std::string_view address, Action action, ActionReason reason = ActionReason::kNone) {
  return {.address = *language::address::ParseResourceInstance(address), .action = action, .reason = reason};
}

TEST(PlanSummary, DestructiveChangesFirstThenCounts) {
  Plan plan;
  plan.resources.push_back(Change("data.okta_group.all", Action::kRead));
  plan.resources.push_back(Change("okta_user.new", Action::kCreate));
  plan.resources.push_back(Change("okta_user.a", Action::kUpdate));
  plan.resources.push_back(Change("okta_group.g", Action::kDeleteThenCreate));
  plan.resources.back().replace_paths = {{PathStep::Attribute("name")},
                                         {PathStep::Attribute("rule"), PathStep::Index(Value::Int(0))}};
  plan.resources.push_back(
      Change("okta_group.t", Action::kCreateThenDelete, ActionReason::kReplaceBecauseTainted));
  for (int index = 0; index < 3; ++index)
    plan.resources.push_back(Change("module.m[" + std::to_string(index) + "].okta_user.gone", Action::kDelete,
                                    ActionReason::kDeleteBecauseNoResourceConfig));
  plan.resources.push_back(
      Change("okta_user.many[7]", Action::kDelete, ActionReason::kDeleteBecauseCountIndex));
  plan.resources.push_back(
      Change("okta_user.many[8]", Action::kDelete, ActionReason::kDeleteBecauseCountIndex));
  plan.resources.push_back(Change("okta_user.moved", Action::kNoOp));
  plan.resources.back().previous_address = *language::address::ParseResourceInstance("okta_user.before");
  plan.outputs.push_back({.name = "o", .action = Action::kUpdate});
  EXPECT_EQ(RenderPlanSummary(plan, {.color = false}),
            "\n"
            "Destroyed or replaced\n"
            "  - module.m[0].okta_user.gone: not in configuration\n"
            "  - module.m[1].okta_user.gone: not in configuration\n"
            "  - module.m[2].okta_user.gone: not in configuration\n"
            "  - okta_user.many (2 instances): out of range for count\n"
            "-/+ okta_group.g: name, rule[0]\n"
            "+/- okta_group.t: tainted\n"
            "\n"
            "By type             destroy   replace    update    create      read\n"
            "  data.okta_group                                                 1\n"
            "  okta_group                        2\n"
            "  okta_user               5                   1         1\n"
            "\n"
            "By module         destroy   replace    update    create      read\n"
            "  (root module)         2         2         1         1         1\n"
            "  module.m              3\n"
            "\n"
            "1 moved.\n"
            "\n"
            "1 output will change.\n"
            "\n"
            "Plan: 3 to add, 1 to change, 7 to destroy.\n");
}

TEST(PlanSummary, OfNothing) {
  EXPECT_EQ(RenderPlanSummary({}, {.color = false}), "\nPlan: 0 to add, 0 to change, 0 to destroy.\n");
}

}  // namespace
}  // namespace cli::view
