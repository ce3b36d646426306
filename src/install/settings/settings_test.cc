#include "install/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/files.h"

namespace install::settings {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

base::core::Environment With(std::initializer_list<std::pair<const char*, std::string>> variables) {
  base::core::Environment environment;
  for (const auto& [name, value] : variables) environment.Set(name, value);
  return environment;
}

// The tree as one line: {key=..., key label={...}, [..]}.
std::string Print(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::kString:
      return "\"" + node.text + "\"";
    case Node::Kind::kNumber:
    case Node::Kind::kBool:
      return node.text;
    case Node::Kind::kList:
      for (const Node& each : node.elements) out += (out.empty() ? "" : " ") + Print(each);
      return "[" + out + "]";
    case Node::Kind::kObject:
      for (const Item& item : node.items) {
        if (!out.empty()) out += " ";
        for (const std::string& key : item.keys) out += key + " ";
        out += "= " + Print(item.value);
      }
      return "{" + out + "}";
  }
  return out;
}

TEST(Tree, Syntax) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "{}"},
      {"a = 1 # note\nb = true // note\n/* note */ c = \"x\\n\\u00e9\"",
       "{a = 1 b = true c = \"x\n\xc3\xa9\"}"},
      {"a \"b\" c { d = [1, \"x\",] }", "{a b c = {d = [1 \"x\"]}}"},
      {"a { \"x/y\" = \"z\", q = { r = 1 } }", "{a = {x/y = \"z\" q = {r = 1}}}"},
      {"a = <<-EOF\n   one\n  two\n  EOF\n", "{a = \"one\ntwo\n\"}"},
  };
  for (const auto& [text, printed] : cases) {
    auto tree = ParseTree(text);
    ASSERT_TRUE(tree.ok()) << text << ": " << tree.error().message();
    EXPECT_EQ(Print(*tree), printed) << text;
  }
}

TEST(Tree, MistakesHavePlaces) {
  const std::pair<const char*, const char*> cases[] = {
      {"a {\n", "2:1: the block is not closed"},
      {"a = \n}", "2:1: expected a value"},
      {"a = b", "1:6: \"b\" must be written"},
      {"a = \"x", "1:7: the string is not closed"},
      {"= 1", "1:1: expected a name"},
      {"a \"b\" = 1", "1:7: expected \"=\" or a block"},
      {"/* x", "1:5: comment is not closed"},
      {"a = [1 2]", "1:8: expected a comma"},
      {"a = <<EOF\nx", "2:2: the heredoc is not"},
      {"a = \"\\q\"", "1:7: \"\\q\" is no escape"},
  };
  for (const auto& [text, message] : cases) {
    auto tree = ParseTree(text);
    ASSERT_FALSE(tree.ok()) << text;
    EXPECT_THAT(tree.error().message(), HasSubstr(message)) << text;
  }
  EXPECT_FALSE(ParseTree(std::string(5000, '[')).ok());
  std::string deep = "a = ";
  deep.append(100'000, '[');
  EXPECT_THAT(ParseTree(deep).error().message(), HasSubstr("nested too deeply"));
  EXPECT_FALSE(ParseJsonTree(std::string(100'000, '[')).ok());
}

constexpr const char* kNative = R"(
plugin_cache_dir = "$CACHE/plugins"
credentials "App.example.com" {
  token = "secret"
}
credentials_helper "keys" {
  args = ["--deep"]
}
host "dev.example.com:8443" {
  services = { "providers.v1" = "http://127.0.0.1/p/" }
}
provider_installation {
  dev_overrides { "okta/okta" = "/dev/okta" }
  filesystem_mirror {
    path = "/mirror"
    include = ["example.com/*/*", "hashicorp/aws"]
  }
  network_mirror { url = "https://m.example.com/x" exclude = ["a/b"] }
  direct {}
}
)";

constexpr const char* kJson = R"({
  "plugin_cache_dir": "$CACHE/plugins",
  "credentials": {"App.example.com": {"token": "secret"}},
  "credentials_helper": {"keys": {"args": ["--deep"]}},
  "host": {"dev.example.com:8443": {"services": {"providers.v1": "http://127.0.0.1/p/"}}},
  "provider_installation": {
    "dev_overrides": {"okta/okta": "/dev/okta"},
    "filesystem_mirror": {"path": "/mirror", "include": ["example.com/*/*", "hashicorp/aws"]},
    "network_mirror": [{"url": "https://m.example.com/x", "exclude": ["a/b"]}],
    "direct": {}
  }
})";

TEST(Settings, BothSyntaxesSayTheSame) {
  const base::core::Environment environment = With({{"CACHE", "/var"}});
  for (const char* text : {kNative, kJson}) {
    Settings settings;
    base::diag::Diagnostics diagnostics;
    ParseSettings("x.rc", text, environment, &settings, diagnostics);
    ASSERT_TRUE(diagnostics.empty()) << diagnostics.items()[0].summary << diagnostics.items()[0].detail;
    EXPECT_EQ(settings.plugin_cache_directory, "/var/plugins");
    EXPECT_EQ(settings.tokens.at("app.example.com"), "secret");
    EXPECT_EQ(settings.credentials_helper->name, "keys");
    EXPECT_THAT(settings.credentials_helper->arguments, ElementsAre("--deep"));
    EXPECT_EQ(settings.hosts.at("dev.example.com:8443").at("providers.v1").text, "http://127.0.0.1/p/");
    EXPECT_EQ(settings.dev_overrides.at({"registry.terraform.io", "okta", "okta"}), "/dev/okta");
    ASSERT_EQ(settings.methods->size(), 3U);
    const auto& methods = *settings.methods;
    EXPECT_EQ(methods[0].location, "/mirror");
    EXPECT_TRUE(methods[0].Accepts({"example.com", "x", "y"}));
    EXPECT_FALSE(methods[0].Names({"example.com", "x", "y"}));
    EXPECT_TRUE(methods[0].Names({"registry.terraform.io", "hashicorp", "aws"}));
    EXPECT_FALSE(methods[0].Accepts({"registry.terraform.io", "okta", "okta"}));
    EXPECT_EQ(methods[1].location, "https://m.example.com/x/");
    EXPECT_FALSE(methods[1].Accepts({"registry.terraform.io", "a", "b"}));
    EXPECT_TRUE(methods[2].Accepts({"registry.terraform.io", "a", "b"}));
  }
}

TEST(Settings, Mistakes) {
  base::core::Environment environment;
  Settings settings;
  base::diag::Diagnostics diagnostics;
  ParseSettings("x.rc", R"(
host "q q" {}
credentials_helper "a" {}
credentials_helper "b" {}
provider_installation {
  bar {}
  filesystem_mirror {}
  network_mirror { url = "http://x" }
  direct { include = ["*/x", "a/b/c/d"] }
  dev_overrides { "x/y/z/w" = "/tmp" }
}
provider_installation {}
)",
                environment, &settings, diagnostics);
  std::vector<std::string> summaries;
  for (const auto& each : diagnostics.items()) summaries.push_back(each.summary);
  EXPECT_THAT(
      summaries,
      ElementsAre(HasSubstr("The host \"q q\" block has an invalid hostname"),
                  "No more than one credentials_helper block may be specified",
                  "Invalid provider_installation method block", "Invalid provider_installation method block",
                  "Invalid URL for provider installation source", "Invalid provider source matching pattern",
                  "Invalid provider source matching pattern", "Invalid provider_installation method block",
                  "Invalid provider source address in provider_installation",
                  "No more than one provider_installation block may be specified"));
}

TEST(Settings, FilesAndEnvironment) {
  base::core::TempDirectory home;
  ASSERT_TRUE(base::core::MakeDirectories(home / ".terraform.d").ok());
  ASSERT_TRUE(
      base::core::WriteFile(home / ".terraformrc", "credentials \"a.example.com\" { token = \"1\" }").ok());
  ASSERT_TRUE(base::core::WriteFile(home / ".terraform.d/credentials.tfrc.json",
                                    R"({"credentials":{"b.example.com":{"token":"2"}}})")
                  .ok());
  base::diag::Diagnostics diagnostics;
  Settings settings = ReadSettings(With({{"HOME", home.path()}}), diagnostics);
  EXPECT_EQ(settings.tokens.size(), 2U);
  EXPECT_FALSE(settings.methods);
  settings = ReadSettings(With({{"HOME", home.path()}, {"TF_CLI_CONFIG_FILE", "/dev/null"}}), diagnostics);
  EXPECT_EQ(settings.tokens.size(), 1U) << "tokens that were stored by login are there all the same";
  EXPECT_TRUE(diagnostics.empty());
  ReadSettings(With({{"TF_CLI_CONFIG_FILE", home / "none"}}), diagnostics);
  EXPECT_EQ(diagnostics.items().at(0).summary, "Unable to open CLI configuration file");
}

}  // namespace
}  // namespace install::settings
