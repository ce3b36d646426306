#include "language/address/address.h"

#include <gtest/gtest.h>

namespace language::address {
namespace {

TEST(Address, InstancesReadAndPrint) {
  for (const char* text : {
           "okta_user.a",
           "okta_user.a[0]",
           "okta_user._a",
           R"(okta_user.a["k"])",
           R"(okta_user.a["with \"quotes\" and \\ and \n and $${x} and %%{y} and $ and %"])",
           R"(okta_user.a["grüße ☃"])",
           R"(okta_user.a["\u200b"])",
           "data.okta_user.a",
           "ephemeral.okta_token.a[3]",
           R"(module.m["x"].module.n[2].data.okta_user.a-b["[]."])",
       }) {
    auto parsed = ParseResourceInstance(text);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.error().message();
    EXPECT_EQ(parsed->ToString(), text);
  }
  EXPECT_EQ(ParseResourceInstance("resource.okta_user.a")->ToString(), "okta_user.a");
  EXPECT_EQ(ParseResourceInstance(R"(a.b["\u0041\t"])")->key.AsString(), "A\t");
}

TEST(Address, MistakesAreNamed) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"", "a name is required"},
           {"a", "Resource specification must include a resource type and name."},
           {"data.a", "Resource specification must include a resource type and name."},
           {"a[0].b", "A resource name is required."},
           {"a.b.c", "Resource instance key must be given in square brackets."},
           {"a.b[0][1]", "Unexpected extra operators after address."},
           {"a.b[-1]", "an index must be a whole number, or a string in quotes"},
           {"a.b[x]", "an index must be a whole number, or a string in quotes"},
           {"a.b[0", "missing closing bracket"},
           {"a.b[\"x", "missing closing quote"},
           {"a.b[\"${x}\"]", "templates are not allowed in an address"},
           {"a.b[\"\\q\"]", "unsupported escape sequence in the key"},
           {"a.b.", "a name is required"},
           {"a b", "unexpected \" \" in the address"},
           {"module", "Prefix \"module.\" must be followed by a module name."},
           {"module.a[0][1].b.c", "Module address prefix must be followed by dot and then a name."},
       }) {
    auto parsed = ParseResourceInstance(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed.error().message(), c.message) << c.text;
  }
  EXPECT_NE(ParseResourceInstance("var.a").error().message().find("is reserved"), std::string::npos);
  EXPECT_FALSE(ParseModuleResource("a.b[0]").ok());
  EXPECT_FALSE(ParseModuleInstance("a.b").ok());
  EXPECT_FALSE(ParseModuleInstance("module.a.b.c").ok());
}

TEST(Address, Order) {
  std::vector<std::string> sorted = {"data.a.z",
                                     "a.a",
                                     "a.a[0]",
                                     "a.a[2]",
                                     "a.a[10]",
                                     R"(a.a["k"])",
                                     "a.b",
                                     "b.a",
                                     "ephemeral.a.a",
                                     "module.b.a.a",
                                     "module.a.module.a.a.a"};
  std::vector<ResourceInstance> instances;
  for (const std::string& text : sorted) instances.push_back(*ParseResourceInstance(text));
  std::ranges::reverse(instances);
  std::ranges::sort(instances);
  for (size_t i = 0; i < sorted.size(); ++i) EXPECT_EQ(instances[i].ToString(), sorted[i]);
}

TEST(Address, Targets) {
  struct Case {
    const char* target;
    const char* instance;
    bool contained;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"a.b", "a.b[1]", true},
           {"a.b[1]", "a.b[1]", true},
           {"a.b[1]", "a.b[2]", false},
           {"a.b", "data.a.b", false},
           {"a.b", "module.m.a.b", false},
           {"module.m", "module.m.a.b", true},
           {"module.m", "module.m[0].module.n.a.b", true},
           {"module.m[0]", "module.m[1].a.b", false},
           {"module.m.module.n", "module.m[0].module.n.a.b", false},
           {"module.m[0].module.n", "module.m[0].module.n[7].a.b", true},
       }) {
    auto target = ParseTarget(c.target);
    ASSERT_TRUE(target.ok());
    EXPECT_EQ(target->ToString(), c.target);
    EXPECT_EQ(target->Contains(*ParseResourceInstance(c.instance)), c.contained)
        << c.target << " " << c.instance;
  }
}

TEST(Address, Providers) {
  EXPECT_EQ(ParseProvider("aws")->ToString(), "registry.terraform.io/hashicorp/aws");
  EXPECT_EQ(ParseProvider("Okta/okta")->ForDisplay(), "okta/okta");
  EXPECT_EQ(ParseProvider("example.com:8443/a/b")->ForDisplay(), "example.com:8443/a/b");
  EXPECT_TRUE(ParseProvider("terraform.io/builtin/terraform")->IsBuiltIn());
  for (const char* bad :
       {"", "a/b/c/d", "a//b", "-a", "a--b", "a_b", "a b/c", "..x/a/b", "okta/terraform-provider-okta"}) {
    EXPECT_FALSE(ParseProvider(bad).ok()) << bad;
  }
  for (const char* text : {R"(provider["registry.terraform.io/okta/okta"])",
                           R"(provider["registry.terraform.io/okta/okta"].second)",
                           R"(module.a.module.b.provider["terraform.io/builtin/terraform"])"}) {
    auto config = ParseProviderConfig(text);
    ASSERT_TRUE(config.ok()) << config.error().message();
    EXPECT_EQ(config->ToString(), text);
  }
  for (const char* bad :
       {"provider", "provider.aws", R"(module.a[0].provider["a/b"])", R"(provider["a/b"].c.d)"}) {
    EXPECT_FALSE(ParseProviderConfig(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace language::address
