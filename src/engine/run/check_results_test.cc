#include "engine/run/check_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/reader.h"
#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

constexpr std::string_view kChecked = R"(
variable "v" {
  default = 1
  validation {
    condition     = var.v < 100
    error_message = "v"
  }
}
resource "terraform_data" "a" {
  count = 2
  input = var.v
  lifecycle {
    precondition {
      condition     = var.v != 5
      error_message = "five"
    }
    postcondition {
      condition     = self.output < 50
      error_message = "out ${count.index}"
    }
  }
}
resource "terraform_data" "none" {
  count = 0
  lifecycle {
    precondition {
      condition     = var.v != 5
      error_message = "five"
    }
  }
}
check "c" {
  assert {
    condition     = terraform_data.a[0].output != 3
    error_message = "z"
  }
  assert {
    condition     = terraform_data.a[1].output != 3
    error_message = "a"
  }
}
output "o" {
  value = var.v
  precondition {
    condition     = terraform_data.a[0].output != 7
    error_message = "seven"
  }
}
)";

std::string With(std::string_view text, int value) {
  std::string out(text);
  out.replace(out.find("= 1"), 3, fmt::format("= {}", value));
  return out;
}

// "check.c pass" lines: objects of what has some, else the configuration's, in brackets.
std::string Statuses(const std::string& json) {
  if (json.empty()) return "";
  auto document = base::json::Document::Parse(json);
  std::string out;
  for (base::json::Node item : document->root().Elements()) {
    base::json::Node objects = item.Find("objects");
    if (!objects.IsArray())
      out += fmt::format("[{}] {}\n", *item.FindString("config_addr"), *item.FindString("status"));
    else
      for (base::json::Node object : objects.Elements()) {
        out += fmt::format("{} {}", *object.FindString("object_addr"), *object.FindString("status"));
        if (base::json::Node messages = object.Find("failure_messages"))
          for (base::json::Node message : messages.Elements()) out += fmt::format(" {}", message.AsString());
        out += "\n";
      }
  }
  return out;
}

TEST(CheckResults, AreKeptInTheState) {
  TestRun run{std::string(kChecked)};
  auto statuses = [&] { return Statuses(run.State().check_results); };
  run.Apply();
  EXPECT_EQ(statuses(),
            "check.c pass\noutput.o pass\nterraform_data.a[0] pass\nterraform_data.a[1] pass\n"
            "[terraform_data.none] pass\nvar.v pass\n");
  run.SetMain(With(kChecked, 3));
  run.Apply();
  EXPECT_EQ(statuses(),
            "check.c fail a z\noutput.o pass\nterraform_data.a[0] pass\nterraform_data.a[1] pass\n"
            "[terraform_data.none] pass\nvar.v pass\n");
  run.SetMain(With(kChecked, 60));
  run.Apply();
  EXPECT_EQ(run.problems(),
            "warning: Check block assertion known after apply\n"
            "warning: Check block assertion known after apply\n"
            "error: Resource postcondition failed\nerror: Resource postcondition failed\n");
  EXPECT_EQ(statuses(),
            "check.c unknown\noutput.o unknown\nterraform_data.a[0] fail out 0\n"
            "terraform_data.a[1] fail out 1\n[terraform_data.none] pass\nvar.v pass\n");
  run.Apply({.mode = changes::Mode::kRefreshOnly});
  EXPECT_THAT(run.problems(), testing::HasSubstr("warning: Resource postcondition failed\n"));
  EXPECT_THAT(statuses(), testing::HasSubstr("terraform_data.a[1] fail out 1\n"))
      << "the plan's, as it read it";
  run.Destroy();
  EXPECT_EQ(run.problems(), "") << "nothing is promised of what goes away";
  EXPECT_EQ(statuses(),
            "[check.c] unknown\noutput.o unknown\n[terraform_data.a] unknown\n[terraform_data.none] unknown\n"
            "[var.v] unknown\n");
}

// What stays as it is has conditions all the same, and what needs it waits for them.
TEST(CheckResults, ConditionsOfUnchangedInstances) {
  constexpr std::string_view kText = R"(
variable "v" { default = 1 }
resource "terraform_data" "a" { input = var.v }
resource "terraform_data" "same" {
  lifecycle {
    precondition {
      condition     = terraform_data.a.output != 6
      error_message = "six"
    }
  }
}
resource "terraform_data" "after" { input = [terraform_data.same.id, var.v] }
)";
  TestRun run{std::string(kText)};
  run.Apply();
  run.SetMain(With(kText, 6));
  EXPECT_EQ(run.Apply().changed, 1);
  EXPECT_EQ(run.problems(), "error: Resource precondition failed\n");
  EXPECT_EQ(run.events, std::vector<std::string>{"~terraform_data.a"});
}

TEST(CheckResults, HiddenMessagesAreNowhere) {
  TestRun run(R"(
variable "s" {
  default   = "hush"
  sensitive = true
  validation {
    condition     = length(var.s) == 4
    error_message = "not ${var.s}"
  }
}
check "c" {
  assert {
    condition     = var.s == ""
    error_message = "not ${var.s}"
  }
}
)");
  run.Apply();
  EXPECT_EQ(Statuses(run.State().check_results), "check.c fail\nvar.s pass\n");
  EXPECT_THAT(run.details(), testing::Not(testing::HasSubstr("hush")));
  EXPECT_THAT(run.problems(), testing::HasSubstr("warning: Error message refers to sensitive values\n"));
}

TEST(CheckResults, DataOfCheckBlocksFailsNothingElse) {
  base::core::TempDirectory store;
  std::string text = std::string(kUseMock) + "provider \"mock\" {\n  store = \"" + store.path() + R"("
}
resource "terraform_data" "a" {}
check "c" {
  data "mock_object" "x" { name = "x" }
  assert {
    condition     = data.mock_object.x.name == "x"
    error_message = "Another."
  }
}
)";
  TestRun run(text);
  run.Plan();
  EXPECT_EQ(run.problems(), "warning: No such object\n");
  EXPECT_EQ(run.Actions(), "read data.mock_object.x\ncreate terraform_data.a\n");
  EXPECT_EQ(run.Apply().added, 1);
  EXPECT_EQ(run.problems(), "warning: No such object\nwarning: No such object\n");
  EXPECT_EQ(Statuses(run.State().check_results),
            "check.c fail No such object: The store has no object named \"x\".\n");
  run.SetMain(text + "resource \"mock_object\" \"x\" { name = \"x\" }\n");
  run.Apply();
  run.Apply();
  EXPECT_EQ(run.problems(), "");
  EXPECT_EQ(run.Actions(), "read data.mock_object.x\n") << "read again by each apply";
  EXPECT_EQ(Statuses(run.State().check_results), "check.c pass\n");
}

TEST(Ephemeral, OnlyWhereItMayBe) {
  TestRun run(R"(
variable "e" {
  default   = "x"
  ephemeral = true
}
resource "terraform_data" "a" { input = var.e }
module "m" {
  source = "./m"
  v      = var.e
}
)");
  run.SetFile("m/main.tf", R"(
variable "v" {}
output "o" {
  value     = 1
  ephemeral = true
}
)");
  run.Validate();
  EXPECT_THAT(run.problems(), testing::HasSubstr("error: Invalid use of ephemeral value\n"));
  EXPECT_THAT(run.problems(), testing::HasSubstr("error: Ephemeral value not allowed\n"));
  EXPECT_THAT(run.problems(), testing::HasSubstr("error: Value not allowed in ephemeral output\n"));
}

}  // namespace
}  // namespace engine::run
