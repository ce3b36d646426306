#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

std::string Provider(const std::string& store) {
  return std::string(kUseMock) + "provider \"mock\" {\n  store = " + store + "\n}\n";
}

TEST(PlanData, ChangesInSisterModulesAreNotWaitedFor) {
  base::core::TempDirectory store;
  auto text = [&](std::string_view tag) {
    return Provider("\"" + store.path() + "\"") + R"(
module "m" {
  source = "./m"
  count  = 2
  name   = "object-${count.index}"
  tag    = count.index == 0 ? ")" +
           std::string(tag) + R"(" : "old"
}
)";
  };
  TestRun run(text("old"));
  run.SetFile("m/main.tf", std::string(kUseMock) + R"(
variable "name" {}
variable "tag" {}
resource "mock_object" "x" {
  name = var.name
  tags = { tag = var.tag }
}
data "mock_object" "d" { name = mock_object.x.name }
)");
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_FALSE(run.Plan().Applyable()) << run.Actions();
  run.SetMain(text("new"));
  run.Plan();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Actions(), "read module.m[0].data.mock_object.d\nupdate module.m[0].mock_object.x\n");
}

TEST(PlanData, ProvidersMayBeConfiguredWithWhatIsMadeFirst) {
  base::core::TempDirectory store;
  TestRun run(Provider("terraform_data.path.output") + "resource \"terraform_data\" \"path\" { input = \"" +
              store.path() + "\" }\n" + R"(
resource "mock_object" "x" { name = "x" }
data "mock_object" "d" {
  name       = "x"
  depends_on = [mock_object.x]
}
output "stamp" { value = data.mock_object.d.stamp }
)");
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Addresses(), "data.mock_object.d\nmock_object.x\nterraform_data.path\n");
  EXPECT_TRUE(run.State().outputs.contains("stamp"));
  EXPECT_FALSE(run.Plan().Applyable()) << run.Actions();
}

}  // namespace
}  // namespace engine::run
