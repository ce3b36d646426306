#include "engine/run/console.h"

#include "engine/run/run_test_support.h"
#include "language/eval/render.h"
#include "language/hcl/parser.h"

namespace engine::run {
namespace {

class ConsoleRun {
 public:
  ConsoleRun(std::string main_tf, std::shared_ptr<const state::State> state)
      : configuration_(config::LoadConfiguration(*config::MemoryFiles({{"./main.tf", main_tf}}), ".",
                                                 diagnostics_, {.check_references = false})) {
    context_.configuration = configuration_.get();
    context_.providers = [](const language::address::Provider&)
        -> base::core::Result<std::shared_ptr<provider::api::Provider>> {
      return provider::builtin::MakeTerraformProvider();
    };
    context_.hooks = &hooks_;
    for (const auto& [name, variable] : configuration_->root->module->variables)
      if (variable.default_value) context_.variables[name] = *variable.default_value;
    console_ = std::make_unique<Console>(context_, std::move(state), diagnostics_);
  }

  std::string problems() const {
    std::string out;
    for (const auto& item : diagnostics_.items()) out += item.summary + "\n";
    return out;
  }
  std::string Ask(const std::string& expression) {
    Diagnostics diagnostics;
    const auto file = language::hcl::ParseExpression("<console-input>", expression, diagnostics);
    const auto answer =
        language::eval::AnswerConsole(*file, *file->expression(), console_->scope(), diagnostics);
    return answer ? answer->text : diagnostics.items().at(0).summary;
  }

 private:
  Diagnostics diagnostics_;
  Hooks hooks_;
  std::unique_ptr<config::Configuration> configuration_;
  RunContext context_;
  std::unique_ptr<Console> console_;
};

TEST(Console, ReadsTheState) {
  const std::string main_tf = R"(
locals { n = 2 }
resource "terraform_data" "one" { input = "x" }
resource "terraform_data" "many" {
  count = local.n
  input = count.index
}
resource "terraform_data" "each" {
  for_each = toset(["a"])
  input = sensitive(each.key)
}
output "o" { value = terraform_data.one.output }
)";
  TestRun run(main_tf);
  const ApplyResult applied = run.Apply();
  ConsoleRun console(main_tf, std::make_shared<const state::State>(applied.state));
  EXPECT_EQ(console.problems(), "");
  EXPECT_EQ(console.Ask("terraform_data.one.output"), "\"x\"");
  EXPECT_EQ(console.Ask("terraform_data.many[*].output"), "[\n  0,\n  1,\n]");
  EXPECT_EQ(console.Ask("terraform_data.many[1].input"), "1");
  EXPECT_EQ(console.Ask("terraform_data.each[\"a\"].input"), "(sensitive value)");
  EXPECT_EQ(console.Ask("terraform_data.many[2].input"), "Invalid index");
  EXPECT_EQ(console.Ask("terraform.applying"), "(ephemeral value)");
}

TEST(Console, WhatIsWrongLeavesTheRestUsable) {
  ConsoleRun console(R"(
variable "small" {
  default = 3
  validation {
    condition     = var.small > 5
    error_message = "too small"
  }
}
variable "unset" { type = number }
locals {
  bad  = nope.x
  good = 1
}
resource "terraform_data" "a" { count = "x" }
resource "terraform_data" "b" { input = nope.nope }
)",
                     std::make_shared<const state::State>());
  EXPECT_EQ(console.problems(), "Invalid value for variable\nReference to undeclared resource\n");
  EXPECT_EQ(console.Ask("local.good"), "1");
  EXPECT_EQ(console.Ask("local.bad"), "(known after apply)");
  EXPECT_EQ(console.Ask("var.small"), "3");
  EXPECT_EQ(console.Ask("var.unset + 1"), "(known after apply)");
  EXPECT_EQ(console.Ask("terraform_data.a"), "(known after apply)");
  EXPECT_EQ(console.Ask("terraform_data.b.id"), "(known after apply)");
}

}  // namespace
}  // namespace engine::run
