#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/config/load.h"

namespace engine::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Outcome {
  VariableInputs inputs;
  std::map<std::string, Value> values;
  std::vector<std::string> messages;  // "error main.tf:1 Summary: detail"
  std::vector<std::string> missing;
};

Outcome Collect(std::map<std::string, std::string> files,
                const std::map<std::string, std::string>& environment = {},
                const std::vector<VariableOption>& options = {}) {
  Outcome outcome;
  base::diag::Diagnostics diagnostics;
  const auto source = MemoryFiles(std::move(files));
  const auto configuration = LoadConfiguration(*source, ".", diagnostics);
  const Module& root = *configuration->root->module;
  outcome.inputs = CollectVariables(*source, ".", root, environment, options, diagnostics);
  for (const Variable* variable : MissingVariables(root, outcome.inputs))
    outcome.missing.push_back(variable->name);
  if (!diagnostics.HasErrors()) outcome.values = ResolveVariables(root, outcome.inputs, diagnostics);
  for (const auto& each : diagnostics.items()) {
    outcome.messages.push_back(fmt::format(
        "{} {} {}: {}", each.severity == base::diag::Severity::kError ? "error" : "warning",
        each.subject ? fmt::format("{}:{}", each.subject->filename, each.subject->start.line) : "-",
        each.summary, each.detail));
  }
  return outcome;
}

TEST(Variables, PrecedenceOfSources) {
  const std::map<std::string, std::string> files = {
      {"main.tf",
       "variable \"a\" {}\nvariable \"b\" {}\nvariable \"c\" {}\nvariable \"d\" {}\nvariable \"e\" {}\n"
       "variable \"f\" {}\nvariable \"g\" {\n  default = \"default\"\n}\n"},
      {"terraform.tfvars",
       "a = \"tfvars\"\nb = \"tfvars\"\nc = \"tfvars\"\nd = \"tfvars\"\ne = \"tfvars\"\n"},
      {"terraform.tfvars.json", R"({"b": "json", "c": "json", "d": "json", "e": "json"})"},
      {"x.auto.tfvars", "c = \"auto x\"\nd = \"auto x\"\ne = \"auto x\"\n"},
      {"y.auto.tfvars", "d = \"auto y\"\ne = \"auto y\"\n"},
      {"given.tfvars", "e = \"file\"\n"}};
  const Outcome outcome =
      Collect(files, {{"TF_VAR_a", "env"}, {"TF_VAR_f", "env"}, {"TF_VAR_undeclared", "x"}},
              {{false, "e=option"}, {true, "given.tfvars"}});
  EXPECT_THAT(outcome.messages, IsEmpty());
  const char* kWant[][2] = {{"a", "tfvars"}, {"b", "json"}, {"c", "auto x"}, {"d", "auto y"},
                            {"e", "file"},   {"f", "env"},  {"g", "default"}};
  for (const auto& [name, want] : kWant) EXPECT_EQ(outcome.values.at(name).AsString(), want) << name;
  EXPECT_EQ(
      Collect(files, {}, {{true, "given.tfvars"}, {false, "e=o=p"}, {false, "f="}}).values.at("e").AsString(),
      "o=p");
}

TEST(Variables, TextsAreReadByTheirType) {
  const Outcome outcome = Collect({{"main.tf", R"(
variable "any" {}
variable "text" { type = string }
variable "number" { type = number }
variable "flag" { type = bool }
variable "list" { type = list(string) }
variable "object" {
  type = object({ a = string, b = optional(number, 5) })
}
variable "free" { type = any }
variable "secret" {
  type      = string
  sensitive = true
}
variable "null_default" {
  default = null
}
variable "not_null" {
  default  = "d"
  nullable = false
}
)"}},
                                  {{"TF_VAR_any", "[1]"}, {"TF_VAR_text", "${x}"}, {"TF_VAR_number", "42"}},
                                  {{false, "flag=true"},
                                   {false, "list=[\"a\", 1]"},
                                   {false, "object={a = 1}"},
                                   {false, "free={x = [true]}"},
                                   {false, "secret=s"}});
  EXPECT_THAT(outcome.messages, IsEmpty());
  EXPECT_EQ(outcome.values.at("any").AsString(), "[1]");
  EXPECT_EQ(outcome.values.at("text").AsString(), "${x}");
  EXPECT_EQ(outcome.values.at("number").AsInt64(), 42);
  EXPECT_TRUE(outcome.values.at("flag").AsBool());
  EXPECT_EQ(outcome.values.at("list").ElementAt(1).AsString(), "1");
  EXPECT_EQ(outcome.values.at("object").Get("a").AsString(), "1");
  EXPECT_EQ(outcome.values.at("object").Get("b").AsInt64(), 5);
  EXPECT_TRUE(outcome.values.at("free").Get("x").ElementAt(0).AsBool());
  EXPECT_TRUE(outcome.values.at("secret").IsMarked(language::value::kSensitive));
  EXPECT_TRUE(outcome.values.at("null_default").IsNull());
  EXPECT_EQ(outcome.values.at("not_null").AsString(), "d");
}

TEST(Variables, NullGoesToTheDefaultWhereItIsNotAllowed) {
  const std::string text =
      "variable \"a\" {\n  type     = list(string)\n  default  = [\"d\"]\n  nullable = false\n}\n";
  EXPECT_EQ(Collect({{"main.tf", text}}, {}, {{false, "a=null"}}).values.at("a").Length(), 1u);
  const std::string required = "variable \"a\" {\n  type     = list(string)\n  nullable = false\n}\n";
  EXPECT_THAT(Collect({{"main.tf", required}}, {}, {{false, "a=null"}}).messages,
              ElementsAre(HasSubstr("error main.tf:1 Required variable not set")));
}

TEST(Variables, Mistakes) {
  const std::string number = "variable \"n\" {\n  type = number\n}\n";
  const struct {
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> environment;
    std::vector<VariableOption> options;
    std::vector<std::string> want;  // substrings, in order
  } kCases[] = {
      {{{"main.tf", number}}, {}, {}, {"error main.tf:1 No value for required variable"}},
      {{{"main.tf", number}},
       {{"TF_VAR_n", "zz"}},
       {},
       {"error main.tf:1 Invalid value for input variable: The value for var.n "
        "set using the TF_VAR_n environment variable"}},
      {{{"main.tf", number}, {"terraform.tfvars", "\nn = \"abc\"\n"}},
       {},
       {},
       {"error terraform.tfvars:2 Invalid value for input variable: The given value for var.n is not "
        "suitable"}},
      {{{"main.tf", number}}, {}, {{false, "n"}}, {"error - Invalid -var option"}},
      {{{"main.tf", number}}, {}, {{false, "n =1"}}, {"error - Invalid -var option"}},
      {{{"main.tf", number}}, {}, {{false, "x=1"}}, {"error - Value for undeclared variable"}},
      {{{"main.tf", number}}, {}, {{true, "none.tfvars"}}, {"error - Failed to read variables file"}},
      {{{"main.tf", number}, {"terraform.tfvars", "b {\n}\nn = upper(\"x\")\n"}},
       {},
       {},
       {"error terraform.tfvars:1 Unexpected \"b\" block",
        "error terraform.tfvars:3 Function calls not allowed"}},
      {{{"main.tf", number}, {"terraform.tfvars", "n = var.x\n"}},
       {},
       {},
       {"error terraform.tfvars:1 Variables not allowed"}},
      {{{"main.tf", number}, {"terraform.tfvars", "n = 1\na = 1\nb = 1\nc = 1\nd = 1\n"}},
       {},
       {},
       {"warning - Value for undeclared variable: The root module does not declare a variable named \"a\"",
        "warning - Value for undeclared variable: The root module does not declare a variable named \"b\"",
        "warning - Values for undeclared variables: In addition to the other similar warnings shown, 2 "
        "other"}},
      {{{"main.tf", number}, {"terraform.tfvars.json", "{\"n\": 1, \"n\": 2}"}},
       {},
       {},
       {"error terraform.tfvars.json:1 Duplicate attribute definition"}},
      {{{"main.tf", number}, {"terraform.tfvars.json", "[]"}},
       {},
       {},
       {"error terraform.tfvars.json:1 Incorrect JSON value type"}},
      {{{"main.tf", number}, {"terraform.tfvars.json", "{\n\"n\" 1}"}},
       {},
       {},
       {"error terraform.tfvars.json:2 Missing property value colon",
        "error terraform.tfvars.json:1 Root value must be object"}},
  };
  for (const auto& test : kCases) {
    const Outcome outcome = Collect(test.files, test.environment, test.options);
    ASSERT_EQ(outcome.messages.size(), test.want.size())
        << test.want[0] << testing::PrintToString(outcome.messages);
    for (size_t i = 0; i < test.want.size(); ++i) EXPECT_THAT(outcome.messages[i], HasSubstr(test.want[i]));
  }
}

TEST(Variables, SecretsStayOutOfMessages) {
  const Outcome outcome =
      Collect({{"main.tf", "variable \"l\" {\n  type = list(string)\n}\n"}}, {}, {{false, "l=hush_hush"}});
  ASSERT_EQ(outcome.messages.size(), 2u);  // and that the variable has no value
  EXPECT_THAT(outcome.messages[0], HasSubstr("<value for var.l>:1 Variables not allowed"));
  for (const std::string& message : outcome.messages) EXPECT_THAT(message, Not(HasSubstr("hush")));
}

TEST(Variables, MissingOnesAreSorted) {
  EXPECT_THAT(
      Collect({{"main.tf", "variable \"z\" {}\nvariable \"a\" {}\nvariable \"m\" {\n  default = null\n}\n"}})
          .missing,
      ElementsAre("a", "z"));
}

}  // namespace
}  // namespace engine::config
