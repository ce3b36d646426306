#include "base/core/product.h"

#include <gtest/gtest.h>

namespace base::core {
namespace {

TEST(Product, SpeaksAsTerraformUnderItsNamesOnly) {
  for (const char* path : {"terraform", "/usr/bin/terraform", "./terraform-bin", "versions/terraform_1.11.4",
                           "terraform1.11", "terraform.real"})
    EXPECT_EQ(ProductCalled(path).name, "Terraform") << path;
  for (const char* path :
       {"parterre", "/opt/terraform/parterre", "", "terraforming", "my-terraform", "terraform-provider-okta"})
    EXPECT_EQ(ProductCalled(path).program, "parterre") << path;
}

TEST(Product, SpeaksItsTextsUnderEachName) {
  constexpr std::string_view kText = "Parterre plans; to see how, run: parterre plan";
  EXPECT_EQ(Spoken(kText, ProductCalled("terraform")), "Terraform plans; to see how, run: terraform plan");
  EXPECT_EQ(Spoken(kText, ProductCalled("parterre")), kText);
  EXPECT_EQ(ProductName(), "Parterre");  // the test's own name is another one
}

}  // namespace
}  // namespace base::core
