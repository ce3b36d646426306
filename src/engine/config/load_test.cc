#include "engine/config/load.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/hcl/parser.h"

namespace engine::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Summaries(const base::diag::Diagnostics& diagnostics) {
  std::vector<std::string> result;
  for (const auto& each : diagnostics.items()) result.push_back(each.summary + ": " + each.detail);
  return result;
}

std::unique_ptr<Configuration> Load(std::map<std::string, std::string> files) {
  base::diag::Diagnostics diagnostics;
  auto configuration = LoadConfiguration(*MemoryFiles(std::move(files)), ".", diagnostics);
  EXPECT_THAT(Summaries(diagnostics), IsEmpty());
  return configuration;
}

std::vector<std::string> Errors(std::map<std::string, std::string> files) {
  base::diag::Diagnostics diagnostics;
  LoadConfiguration(*MemoryFiles(std::move(files)), ".", diagnostics);
  return Summaries(diagnostics);
}

TEST(Load, DecodesTheWorkshop) {
  const auto configuration = Load({{"main.tf", R"(
terraform {
  required_version = "~> 1.5"
  required_providers {
    okta = {
      source  = "okta/okta"
      version = "~> 4.8"
    }
  }
}
provider "okta" {
  org_name    = "dev-1"
  base_url    = "okta.com"
  private_key = "${path.module}/rsa.pem"
  scopes      = ["okta.users.manage"]
}
resource "okta_user" "bird" {
  first_name = "Bird"
  login      = "bird@${var.domain}"
}
resource "okta_group_memberships" "members" {
  group_id = okta_group.birds.id
  users    = [okta_user.bird.id]
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = true
    ignore_changes        = [users, tags["a"]]
  }
}
)"},
                                   {"groups.tf", R"(
resource "okta_group" "birds" {
  name       = "birds"
  depends_on = [okta_user.bird]
}
data "okta_everyone_group" "all" {}
variable "domain" {
  type        = string
  default     = "example.com"
  description = "Mail domain"
}
output "bird" {
  value     = okta_user.bird.id
  sensitive = true
}
)"},
                                   {".hidden.tf", "nonsense {"},
                                   {"backup.tf~", "nonsense {"},
                                   {"#edit.tf#", "nonsense {"}});
  const Module& module = *configuration->root->module;
  EXPECT_EQ(module.files.size(), 2u);
  EXPECT_EQ(module.files[0]->name(), "groups.tf");
  ASSERT_TRUE(module.resources.contains("okta_user.bird"));
  ASSERT_TRUE(module.resources.contains("data.okta_everyone_group.all"));
  for (const auto& [key, resource] : module.resources) {
    EXPECT_EQ(resource.provider.ToString(), "provider[\"registry.terraform.io/okta/okta\"]") << key;
  }
  const Resource& members = module.resources.at("okta_group_memberships.members");
  EXPECT_EQ(members.lifecycle.create_before_destroy, true);
  EXPECT_TRUE(members.lifecycle.prevent_destroy);
  ASSERT_EQ(members.lifecycle.ignore_changes.size(), 2u);
  EXPECT_EQ(language::value::PathToString(members.lifecycle.ignore_changes[1]), ".tags[\"a\"]");
  EXPECT_EQ(module.resources.at("okta_group.birds").depends_on.size(), 1u);
  EXPECT_EQ(module.required_providers.at("okta").version, "~> 4.8");
  EXPECT_EQ(module.variables.at("domain").default_value->AsString(), "example.com");
  EXPECT_FALSE(module.variables.at("domain").parse_as_expression);
  EXPECT_TRUE(module.outputs.at("bird").sensitive);
  EXPECT_EQ(configuration->Providers().size(), 1u);
}

TEST(Load, UndeclaredReferenceInTheWorkshop) {
  EXPECT_THAT(
      Errors(
          {{"main.tf", "resource \"okta_group_memberships\" \"m\" {\n  users = [okta_user.bird.id]\n}\n"}}),
      ElementsAre(
          "Reference to undeclared resource: A managed resource \"okta_user\" \"bird\" has not been declared "
          "in the root module."));
}

TEST(Load, ImpliedProviders) {
  const auto configuration = Load({{"main.tf", R"(
resource "okta_user" "a" {}
resource "terraform_data" "b" {}
resource "x_y" "c" { provider = other }
)"}});
  std::vector<std::string> sources;
  for (const auto& provider : configuration->Providers()) sources.push_back(provider.ToString());
  EXPECT_THAT(sources, UnorderedElementsAre("registry.terraform.io/hashicorp/okta",
                                            "registry.terraform.io/hashicorp/other",
                                            "terraform.io/builtin/terraform"));
}

TEST(Load, PassesAndInheritsProviders) {
  const auto configuration = Load({{"main.tf", R"(
terraform {
  required_providers {
    okta = { source = "okta/okta" }
  }
}
provider "okta" {}
provider "okta" { alias = "west" }
module "inherits" {
  source = "./m"
}
module "passed" {
  source    = "./m"
  providers = { ok = okta.west }
}
module "aliased" {
  source    = "./n"
  providers = { okta.here = okta.west }
}
)"},
                                   {"m/main.tf", R"(
terraform {
  required_providers {
    ok = { source = "okta/okta" }
  }
}
resource "ok_user" "a" {}
module "inner" {
  source = "../inner"
}
)"},
                                   {"inner/main.tf", R"(
terraform {
  required_providers {
    okta = { source = "okta/okta" }
  }
}
resource "okta_user" "deep" {}
)"},
                                   {"n/main.tf", R"(
terraform {
  required_providers {
    okta = {
      source                = "okta/okta"
      configuration_aliases = [okta.here]
    }
  }
}
resource "okta_user" "a" {}
resource "okta_user" "b" { provider = okta.here }
)"}});
  const auto provider = [&](std::vector<std::string> path, const char* key) {
    ModuleInstance module;
    for (auto& name : path) module = module.Child(name);
    const ModuleNode* node = configuration->Find(module);
    return node == nullptr ? "no module" : node->module->resources.at(key).provider.ToString();
  };
  const std::string standard = "provider[\"registry.terraform.io/okta/okta\"]", west = standard + ".west";
  EXPECT_EQ(provider({"inherits"}, "ok_user.a"), standard);
  EXPECT_EQ(provider({"passed"}, "ok_user.a"), west);
  EXPECT_EQ(provider({"inherits", "inner"}, "okta_user.deep"), standard);
  EXPECT_EQ(provider({"passed", "inner"}, "okta_user.deep"), west);
  EXPECT_EQ(provider({"aliased"}, "okta_user.a"), standard);
  EXPECT_EQ(provider({"aliased"}, "okta_user.b"), west);
}

TEST(Load, ModuleArgumentsAreLeftAfterMetaArguments) {
  const auto configuration =
      Load({{"main.tf", R"(
module "m" {
  source   = "./m"
  for_each = { a = 1 }
  name     = each.key
}
output "all" {
  value = [module.m["a"].id, module.m]
}
)"},
            {"m/main.tf", "variable \"name\" {}\noutput \"id\" {\n  value = var.name\n}\n"}});
  const ModuleCall& call = configuration->root->module->module_calls.at("m");
  ASSERT_EQ(call.body.body->attributes.size(), 1u);
  EXPECT_EQ(call.body.body->attributes[0].name, "name");
  EXPECT_TRUE(call.for_each);
  EXPECT_EQ(configuration->root->children.at("m")->path.ToString(), "module.m");
  EXPECT_EQ(configuration->root->children.at("m")->call, &call);
}

TEST(Load, ImportsMovesAndRemovals) {
  const auto configuration = Load({{"main.tf", R"(
resource "terraform_data" "a" { count = 2 }
resource "terraform_data" "b" { for_each = {} }
import {
  to = terraform_data.a[1]
  id = "one"
}
import {
  for_each = { k = "two" }
  to       = terraform_data.b[each.key]
  id       = each.value
}
moved {
  from = module.old["x"].terraform_data.z
  to   = terraform_data.a[0]
}
removed {
  from = terraform_data.gone
  lifecycle {
    destroy = false
  }
}
)"}});
  const Module& module = *configuration->root->module;
  ASSERT_EQ(module.imports.size(), 2u);
  EXPECT_EQ(module.imports[0].to_instance_key.ToString(), "[1]");
  ASSERT_TRUE(module.imports[0].to_key);
  EXPECT_EQ(module.imports[0].to_key.expression->kind, language::hcl::ExpressionKind::kLiteral);
  EXPECT_TRUE(module.imports[1].to_key);
  ASSERT_EQ(module.moved.size(), 1u);
  EXPECT_EQ(module.moved[0].from.ToString(), "module.old[\"x\"].terraform_data.z");
  EXPECT_EQ(module.moved[0].to.ToString(), "terraform_data.a[0]");
  ASSERT_EQ(module.removed.size(), 1u);
  EXPECT_FALSE(module.removed[0].destroy);
}

TEST(Load, FindsInstalledModules) {
  const std::string call = "module \"m\" {\n  source  = \"a/b/c//d\"\n  version = \"~> 1.0\"\n}\n";
  const std::map<std::string, std::string> files = {
      {"a.tf", call},
      {"mods/m/d/a.tf",
       "module \"in\" {\n  source = \"./x\"\n}\nmodule \"git\" {\n  source = \"git::https://h/r\"\n}\n"},
      {"mods/m/d/x/a.tf", "locals {\n  a = 1\n}\n"},
      {"mods/m/linked/a.tf", "locals {\n  a = 1\n}\n"},
      {"mods/m.git/a.tf", "locals {\n  a = 1\n}\n"}};
  const auto load = [&](const InstalledModules& installed, std::unique_ptr<Configuration>* loaded = nullptr) {
    base::diag::Diagnostics diagnostics;
    auto configuration = LoadConfiguration(*MemoryFiles(files), ".", diagnostics, {.installed = &installed});
    if (loaded != nullptr) *loaded = std::move(configuration);
    return Summaries(diagnostics);
  };
  const InstalledModule m{"registry.terraform.io/a/b/c//d", "1.2.0", "mods/m/d"};
  const InstalledModule git{"git::https://h/r", "", "mods/m.git"};
  std::unique_ptr<Configuration> loaded;
  EXPECT_THAT(load({{"m", m}, {"m.git", git}}, &loaded), IsEmpty());
  const ModuleNode& child = *loaded->root->children.at("m");
  EXPECT_EQ(child.module->directory, "mods/m/d");
  EXPECT_EQ(child.children.at("in")->module->directory, "mods/m/d/x");
  EXPECT_EQ(child.children.at("git")->module->directory, "mods/m.git");
  // What is recorded of a folder counts while its source is the same: there, links are resolved.
  EXPECT_THAT(load({{"m", m}, {"m.git", git}, {"m.in", {"./x", "", "mods/m/linked"}}}, &loaded), IsEmpty());
  EXPECT_EQ(loaded->root->children.at("m")->children.at("in")->module->directory, "mods/m/linked");
  EXPECT_THAT(load({{"m", m}, {"m.git", git}, {"m.in", {"./y", "", "mods/m/linked"}}}, &loaded), IsEmpty());
  EXPECT_EQ(loaded->root->children.at("m")->children.at("in")->module->directory, "mods/m/d/x");

  EXPECT_THAT(load({{"m", m}}), ElementsAre(HasSubstr("Module not installed: This module is not yet")));
  EXPECT_THAT(load({{"m", {"registry.terraform.io/a/b/c", "1.2.0", "mods/m/d"}}}),
              ElementsAre(HasSubstr("Module source has changed")));
  for (const char* version : {"0.9.0", "2.0.0", ""}) {
    EXPECT_THAT(load({{"m", {m.source, version, "mods/m/d"}}}),
                ElementsAre(HasSubstr("Module version requirements have changed")))
        << version;
  }
  EXPECT_THAT(load({{"m", {m.source, "1.0.0", "mods/gone"}}}),
              ElementsAre(HasSubstr("Module not installed: The module's folder mods/gone is gone")));
}

TEST(Load, SaysWhatItDoesNotRead) {
  EXPECT_THAT(Errors({{"a.tf", "module \"m\" {\n  source = \"okta/x/y\"\n}\n"}}),
              ElementsAre(HasSubstr("Module not installed")));
  EXPECT_THAT(Errors({{"a.tf", "module \"m\" {\n  source = \"./none\"\n}\n"}}),
              ElementsAre(HasSubstr("Unreadable module directory")));
  EXPECT_THAT(Errors({{"a.tf", "module \"m\" {\n  source = \"./m\"\n}\n"},
                      {"m/a.tf", "module \"up\" {\n  source = \"../\"\n}\n"}}),
              ElementsAre(HasSubstr("Module calls itself")));
}

TEST(Load, ReferenceChecksCanBeLeftOut) {
  base::diag::Diagnostics diagnostics;
  LoadConfiguration(*MemoryFiles({{"main.tf", "output \"a\" {\n  value = var.nope\n}\n"}}), ".", diagnostics,
                    {.check_references = false});
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Load, DynamicBlocksHideTheirIterators) {
  Load({{"main.tf", R"(
resource "okta_app_oauth" "a" {
  dynamic "groups_claim" {
    for_each = ["x"]
    iterator = claim
    content {
      name = claim.value
      dynamic "inner" {
        for_each = claim.value
        content {
          both = [claim.key, inner.value]
        }
      }
    }
  }
}
)"}});
}

TEST(ParseReference, TellsObjectsKeysAndSteps) {
  const struct {
    const char* text;
    ReferencedObject::Kind kind;
    const char* name;  // kResource: its address with key
    size_t steps_used;
  } kCases[] = {
      {"var.a.b", ReferencedObject::Kind::kVariable, "a", 1},
      {"local.a[0]", ReferencedObject::Kind::kLocal, "a", 1},
      {"okta_user.bird.id", ReferencedObject::Kind::kResource, "okta_user.bird", 1},
      {"okta_user.bird[\"k\"].id", ReferencedObject::Kind::kResource, "okta_user.bird[\"k\"]", 2},
      {"resource.each.x[3]", ReferencedObject::Kind::kResource, "each.x[3]", 3},
      {"data.okta_user.bird[0].id", ReferencedObject::Kind::kResource, "data.okta_user.bird[0]", 3},
      {"module.m", ReferencedObject::Kind::kModule, "m", 1},
      {"module.m[0]", ReferencedObject::Kind::kModule, "m[0]", 2},
      {"module.m[\"a\"].out.x", ReferencedObject::Kind::kModuleOutput, "m[\"a\"].out", 3},
      {"module.m.out", ReferencedObject::Kind::kModuleOutput, "m.out", 2},
      {"self.id", ReferencedObject::Kind::kSelf, "", 0},
      {"each.key", ReferencedObject::Kind::kEach, "key", 1},
      {"count.index", ReferencedObject::Kind::kCount, "index", 1},
      {"path.module", ReferencedObject::Kind::kPath, "module", 1},
      {"terraform.workspace", ReferencedObject::Kind::kTerraform, "workspace", 1},
      {"foo", ReferencedObject::Kind::kUnknown, "", 0},
      {"var[0]", ReferencedObject::Kind::kUnknown, "", 0},
      {"data.x", ReferencedObject::Kind::kUnknown, "", 0},
  };
  for (const auto& test : kCases) {
    base::diag::Diagnostics diagnostics;
    const FilePtr file = language::hcl::ParseExpression("x", test.text, diagnostics);
    ASSERT_NE(file->expression(), nullptr) << test.text;
    const auto* traversal = language::hcl::AsTraversal(*file->expression());
    ASSERT_NE(traversal, nullptr) << test.text;
    const ReferencedObject object = ParseReference(*traversal);
    EXPECT_EQ(object.kind, test.kind) << test.text;
    EXPECT_EQ(object.steps_used, test.steps_used) << test.text;
    std::string name = object.name;
    const std::string key = object.key ? object.key->ToString() : "";
    if (object.kind == ReferencedObject::Kind::kResource) name = object.resource.ToString();
    name += key;
    if (object.kind == ReferencedObject::Kind::kModuleOutput) name += "." + object.output;
    EXPECT_EQ(name, test.name) << test.text;
  }
}

TEST(Load, ManyBlocksAndReferences) {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += fmt::format("resource \"terraform_data\" \"r{}\" {{\n  input = {}\n}}\n", i,
                        i % 10 == 0 ? "1" : fmt::format("terraform_data.r{}.id", i - 1));
  }
  const auto configuration = Load({{"main.tf", text}});
  EXPECT_EQ(configuration->root->module->resources.size(), 20000u);
}

}  // namespace
}  // namespace engine::config
