#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

using Events = std::vector<std::string>;

std::string WithMock(std::string_view text) { return std::string(kUseMock) + std::string(text); }

TEST(Ephemerals, AreOpenedForPlanAndApplyAndClosed) {
  TestRun run(WithMock(R"(
ephemeral "mock_token" "t" { name = "a" }
resource "mock_vault" "v" {
  name           = "v"
  secret         = ephemeral.mock_token.t.token
  secret_version = 1
}
)"));
  run.Plan();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Actions(), "create mock_vault.v\n");
  EXPECT_EQ(run.events, (Events{"open ephemeral.mock_token.t", "close ephemeral.mock_token.t"}));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.events,
            (Events{"open ephemeral.mock_token.t", "close ephemeral.mock_token.t",
                    "open ephemeral.mock_token.t", "+mock_vault.v", "close ephemeral.mock_token.t"}));
  const std::string stored = run.Object("mock_vault.v")->AttributesJson();
  EXPECT_NE(stored.find("\"secret_length\":10"), std::string::npos) << stored;
  EXPECT_NE(stored.find("\"secret\":null"), std::string::npos) << stored;
  ASSERT_TRUE(run.Object("mock_vault.v")->dependencies);
  EXPECT_EQ(run.Object("mock_vault.v")->dependencies->front().ToString(), "ephemeral.mock_token.t");
  run.Plan();
  EXPECT_EQ(run.Actions(), "");
}

TEST(Ephemerals, WhatDependsOnUnknownValuesIsDeferred) {
  TestRun run(WithMock(R"(
resource "terraform_data" "a" { input = "a" }
ephemeral "mock_token" "t" { name = terraform_data.a.output }
resource "mock_vault" "v" {
  name   = "v"
  secret = ephemeral.mock_token.t.token
}
)"));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.events,
            (Events{"defer ephemeral.mock_token.t", "+terraform_data.a", "open ephemeral.mock_token.t",
                    "+mock_vault.v", "close ephemeral.mock_token.t"}));
  ASSERT_TRUE(run.Object("mock_vault.v")->dependencies);
  EXPECT_EQ(run.Object("mock_vault.v")->dependencies->size(), 2u);
  EXPECT_NE(run.Object("mock_vault.v")->AttributesJson().find("\"secret_length\":10"), std::string::npos);
}

TEST(Ephemerals, AreClosedAfterTheirLastUser) {
  TestRun run(WithMock(R"(
ephemeral "mock_token" "outer" { name = "outer" }
ephemeral "mock_token" "inner" { name = ephemeral.mock_token.outer.token }
ephemeral "mock_token" "unused" { name = mock_vault.later.name }
locals { token = ephemeral.mock_token.inner.token }
resource "mock_vault" "v" {
  name   = "v"
  secret = local.token
}
resource "mock_vault" "later" { name = mock_vault.v.name }
)"));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.events, (Events{"open ephemeral.mock_token.outer", "open ephemeral.mock_token.inner",
                                "close ephemeral.mock_token.inner", "close ephemeral.mock_token.outer",
                                "open ephemeral.mock_token.unused", "close ephemeral.mock_token.unused",
                                "open ephemeral.mock_token.outer", "open ephemeral.mock_token.inner",
                                "+mock_vault.v", "close ephemeral.mock_token.inner",
                                "close ephemeral.mock_token.outer", "+mock_vault.later",
                                "open ephemeral.mock_token.unused", "close ephemeral.mock_token.unused"}));
}

TEST(Ephemerals, RepeatAndReachThroughModules) {
  TestRun run(WithMock(R"(
ephemeral "mock_token" "t" {
  for_each = toset(["x", "y"])
  name     = each.key
}
module "m" {
  source = "./m"
  secret = ephemeral.mock_token.t["y"].token
}
)"));
  run.SetFile("m/main.tf", WithMock(R"(
variable "secret" { ephemeral = true }
ephemeral "mock_token" "inner" {
  count = 2
  name  = "${var.secret}-${count.index}"
}
resource "mock_vault" "v" {
  name   = "v"
  secret = ephemeral.mock_token.inner[1].token
}
)"));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Addresses(), "module.m.mock_vault.v\n");
  EXPECT_NE(run.Object("module.m.mock_vault.v")->AttributesJson().find("\"secret_length\":21"),
            std::string::npos)
      << run.Object("module.m.mock_vault.v")->AttributesJson();
}

TEST(Ephemerals, TheirValuesMayNotBeStored) {
  TestRun run(WithMock(R"(
ephemeral "mock_token" "t" { name = "a" }
resource "terraform_data" "a" { input = ephemeral.mock_token.t.token }
)"));
  run.Validate();
  EXPECT_EQ(run.problems(), "error: Invalid use of ephemeral value\n");
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Invalid use of ephemeral value\n");
}

TEST(Ephemerals, ConditionsAndFailures) {
  TestRun run(WithMock(R"(
ephemeral "mock_token" "t" {
  name = "a"
  lifecycle {
    postcondition {
      condition     = self.token == "other"
      error_message = "Not the token that was expected."
    }
  }
}
)"));
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Resource postcondition failed\n");
  EXPECT_EQ(run.events, (Events{"open ephemeral.mock_token.t", "close ephemeral.mock_token.t"}));
  for (const char* step : {"open", "close"}) {
    run.SetMain(WithMock(R"(
ephemeral "mock_token" "t" {
  name = "a"
  fail = ")" + std::string(step) +
                         R"("
}
)"));
    run.Plan();
    EXPECT_EQ(run.problems(), "error: Mock failure\n") << step;
  }
}

// An object that is only made once a token has been renewed.
constexpr std::string_view kRenewed = R"(
ephemeral "mock_token" "t" {
  name     = "a"
  renew_ms = terraform.applying ? 1 : 0
  fail     = terraform.applying ? "%" : ""
}
resource "mock_vault" "v" {
  name   = "v"
  secret = ephemeral.mock_token.t.token
}
resource "mock_object" "after" {
  name       = mock_vault.v.id
  lie        = "until-renewed"
  depends_on = [ephemeral.mock_token.t]
}
)";

TEST(Ephemerals, AreRenewedInTime) {
  for (const char* failing : {"never", "renew"}) {
    std::string text(kRenewed);
    TestRun run(WithMock(text.replace(text.find('%'), 1, failing)));
    run.Apply();
    EXPECT_EQ(run.problems(), failing == std::string_view("renew") ? "error: Mock failure\n" : "");
    EXPECT_EQ(run.Addresses(), "mock_object.after\nmock_vault.v\n") << run.details();
  }
}

}  // namespace
}  // namespace engine::run
