// What only some providers have: identities, moves from other types, provider_meta, deferral.
#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

std::string WithMock(std::string_view text) { return std::string(kUseMock) + std::string(text); }

TEST(ProviderAbilities, ObjectsKeepTheirIdentity) {
  TestRun run(WithMock(R"(resource "mock_vault" "v" { name = "v" })"));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Object("mock_vault.v")->identity_json, R"({"name":"v","zone":"here"})");
  EXPECT_EQ(run.Object("mock_vault.v")->identity_version, 1);
  EXPECT_FALSE(run.Plan().Applyable());
  run.SetMain(WithMock(R"(
resource "mock_vault" "v" {
  name           = "v"
  secret_version = 2
}
)"));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Object("mock_vault.v")->identity_json, R"({"name":"v","zone":"here"})");
}

TEST(ProviderAbilities, ImportByIdentity) {
  TestRun run(WithMock(R"(
resource "mock_vault" "v" {
  for_each = toset(["x", "y"])
  name     = each.key
}
import {
  for_each = toset(["x", "y"])
  to       = mock_vault.v[each.key]
  identity = { name = each.key }
}
)"));
  ApplyResult result = run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(result.imported, 2);
  EXPECT_NE(run.Object(R"(mock_vault.v["x"])")->AttributesJson().find("id-of-x"), std::string::npos);
  EXPECT_EQ(run.Object(R"(mock_vault.v["x"])")->identity_json, R"({"name":"x","zone":"here"})");

  for (const char* identity : {"{}", "{ nane = 1 }", "\"x\"", "{ name = [] }"}) {
    TestRun wrong(
        WithMock("resource \"mock_vault\" \"v\" { name = \"v\" }\nimport {\n  to = mock_vault.v\n  "
                 "identity = " +
                 std::string(identity) + "\n}\n"));
    wrong.Plan();
    EXPECT_EQ(wrong.problems(), "error: Invalid import identity argument\n") << identity;
  }
}

TEST(ProviderAbilities, ImportsReachModuleInstances) {
  TestRun run(R"(
module "m" {
  source   = "./m"
  for_each = toset(["a", "b"])
}
import {
  for_each = { a = "id-a", b = "id-b" }
  to       = module.m[each.key].terraform_data.x[0]
  id       = each.value
}
)");
  run.SetFile("m/main.tf", R"(resource "terraform_data" "x" { count = 1 })");
  ApplyResult result = run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(result.imported, 2);
  EXPECT_EQ(result.added, 0);
  EXPECT_NE(run.Object(R"(module.m["b"].terraform_data.x[0])")->AttributesJson().find("id-b"),
            std::string::npos);
}

TEST(ProviderAbilities, MovesFromOtherTypes) {
  TestRun run(WithMock(R"(resource "mock_object" "o" { name = "o" })"));
  run.Apply();
  const std::string moved = R"(
resource "mock_vault" "v" { name = "o" }
moved {
  from = mock_object.o
  to   = mock_vault.v
}
)";
  run.SetMain(WithMock(moved));
  run.Plan();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Actions(), "no-op mock_vault.v\n");
  run.Apply();
  EXPECT_EQ(run.Addresses(), "mock_vault.v\n");
  EXPECT_EQ(run.Object("mock_vault.v")->identity_json, R"({"name":"o","zone":"here"})");

  TestRun wrong(R"(resource "terraform_data" "a" {})");
  wrong.Apply();
  wrong.SetMain(WithMock(R"(
resource "mock_vault" "v" { name = "o" }
moved {
  from = terraform_data.a
  to   = mock_vault.v
}
)"));
  wrong.Plan();
  EXPECT_EQ(wrong.problems(), "error: Unsupported move\n");
}

TEST(ProviderAbilities, TerraformDataTakesOverNullResources) {
  TestRun run(R"(
resource "terraform_data" "a" {
  count            = 2
  triggers_replace = { a = "b" }
}
moved {
  from = null_resource.a
  to   = terraform_data.a
}
)");
  run.SetState(R"({"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {},
    "resources": [{"mode": "managed", "type": "null_resource", "name": "a",
      "provider": "provider[\"registry.terraform.io/hashicorp/null\"]", "instances": [
        {"index_key": 0, "schema_version": 0, "attributes": {"id": "1", "triggers": {"a": "b"}}},
        {"index_key": 1, "schema_version": 0, "attributes": {"id": "2", "triggers": null}}]}]})");
  run.Plan();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Actions(), "no-op terraform_data.a[0]\nreplace terraform_data.a[1]\n");
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_NE(run.Object("terraform_data.a[0]")->AttributesJson().find(R"("id":"1")"), std::string::npos);
}

TEST(ProviderAbilities, ModulesTellOfThemselves) {
  TestRun run(R"(
terraform {
  required_providers {
    mock = { source = "parterre/mock" }
  }
  provider_meta "mock" { team = local.team }
}
locals { team = "blue" }
resource "mock_vault" "v" { name = "v" }
)");
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_NE(run.Object("mock_vault.v")->AttributesJson().find(R"("team":"blue")"), std::string::npos);
  EXPECT_FALSE(run.Plan().Applyable());

  TestRun wrong(R"(
terraform {
  provider_meta "terraform" { team = "x" }
}
resource "terraform_data" "a" {}
)");
  wrong.Plan();
  EXPECT_EQ(wrong.problems(),
            "error: Provider terraform.io/builtin/terraform doesn't support provider_meta\n");
}

TEST(ProviderAbilities, NothingIsPutOffUnasked) {
  TestRun run(WithMock(R"(
resource "mock_object" "o" {
  name = "o"
  fail = "defer"
}
)"));
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Invalid Deferred Response\n");
}

}  // namespace
}  // namespace engine::run
