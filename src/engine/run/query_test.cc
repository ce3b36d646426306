#include "engine/run/query.h"

#include "engine/run/identity.h"
#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

constexpr std::string_view kMain = R"(
terraform {
  required_providers { mock = { source = "parterre/mock" } }
}
resource "mock_vault" "all_1" { name = "known" }
)";

// The lists of one query file, and what they find, in one text.
class QueryRun : public QueryHooks {
 public:
  explicit QueryRun(const std::string& query, bool generate = false, const std::string& main = "") {
    const auto files = config::MemoryFiles(
        {{"./main.tf", std::string(kMain) + main}, {"./all.tfquery.hcl", query}, {"./b.tfquery.json", "{}"}});
    const auto configuration = config::LoadConfiguration(*files, ".", diagnostics_, {.queries = true});
    if (diagnostics_.HasErrors()) return;
    RunContext context;
    context.configuration = configuration.get();
    context.providers = [](const language::address::Provider&)
        -> base::core::Result<std::shared_ptr<provider::api::Provider>> {
      return provider::mock::MakeMockProvider();
    };
    Hooks hooks;
    context.hooks = &hooks;
    const auto inputs =
        config::CollectVariables(*files, ".", *configuration->root->module, {}, {}, diagnostics_);
    context.variables = config::ResolveVariables(*configuration->root->module, inputs, diagnostics_);
    result = RunQuery(context, std::make_shared<state::State>(), generate, *this, diagnostics_);
  }

  void ListStarts(const ListInstance& instance, const Value& config) override {
    text += instance.address + " " + std::to_string(*config.Get("count").AsInt64()) + "\n";
  }
  void Found(const ListInstance&, const FoundObject& object) override {
    ++found;
    if (object.listed.object.IsKnownNotNull()) ++with_object;
    text += IdentityText(object.listed.identity) + " " + object.listed.display_name + "\n";
  }
  void ListEnds(const ListInstance&, int64_t total) override { text += std::to_string(total) + "\n"; }

  // "error: 3: summary: detail" lines.
  std::string problems() const {
    std::string out;
    for (const auto& item : diagnostics_.items())
      out +=
          fmt::format("{}: {}: {}: {}\n", item.severity == base::diag::Severity::kError ? "error" : "warning",
                      item.subject ? item.subject->start.line : 0, item.summary, item.detail);
    return out;
  }

  QueryResult result;
  std::string text;
  int64_t found = 0, with_object = 0;

 private:
  base::diag::Diagnostics diagnostics_;
};

TEST(Query, ListsByBlocks) {
  const QueryRun run(R"(
list "mock_vault" "all" {
  provider = mock
  config { count = var.n }
}
list "mock_vault" "each" {
  provider         = mock
  for_each         = toset(["a"])
  include_resource = local.yes
  config { count = length(each.key) }
}
variable "n" { default = 2 }
locals { yes = true }
)");
  EXPECT_EQ(run.problems(), "");
  EXPECT_EQ(run.text,
            "list.mock_vault.all 2\n"
            "name=vault-0,zone=here Vault vault-0\nname=vault-1,zone=here Vault vault-1\n2\n"
            "list.mock_vault.each[\"a\"] 1\nname=vault-0,zone=here Vault vault-0\n1\n");
  EXPECT_EQ(run.with_object, 1);
  EXPECT_EQ(run.result.found, 3);
  EXPECT_EQ(run.result.generated, "");
}

TEST(Query, GeneratesConfigurationWithFreeNames) {
  const QueryRun run(R"(
list "mock_vault" "all" {
  provider = mock.west
  config { count = 2 }
}
)",
                     true, "provider \"mock\" { alias = \"west\" }");
  EXPECT_EQ(run.problems(), "");
  const std::string& text = run.result.generated;
  EXPECT_TRUE(text.starts_with("resource \"mock_vault\" \"all_0\" {\n  provider")) << text;
  EXPECT_NE(text.find("import {\n  to = mock_vault.all_2\n  identity = {\n"
                      "    name = \"vault-1\"\n    zone = \"here\"\n  }\n}\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("all_1"), std::string::npos);  // which the configuration has
}

TEST(Query, SaysWhenALimitCutsTheList) {
  const QueryRun run(
      "list \"mock_vault\" \"all\" {\n  provider = mock\n  limit = 3\n  config { count = 9 }\n}");
  EXPECT_EQ(run.found, 3);
  EXPECT_EQ(
      run.problems(),
      "warning: 3: List ended at its limit: list.mock_vault.all found 3 objects, which is its limit: there "
      "may be more. Set \"limit\" in the block to see them.\n");
  EXPECT_EQ(QueryRun("list \"mock_vault\" \"all\" {\n  provider = mock\n  config { count = 999 }\n}").found,
            100);
}

TEST(Query, MistakesOfOneListLeaveTheOthers) {
  const QueryRun run(R"(
list "mock_vault" "a" {
  provider = mock
  config {
    count = 3
    fail  = "object"
  }
}
list "mock_vault" "b" {
  provider = mock
  config {
    count = 1
    fail  = "list"
  }
}
list "mock_vault" "c" {
  provider = mock
  limit    = 0
  config { count = 1 }
}
list "mock_vault" "d" { provider = mock }
list "mock_vaults" "e" { provider = mock }
list "mock_vault" "f" {
  provider = mock
  limit    = terraform_data.x.output
  config { count = 1 }
}
)",
                     false, "resource \"terraform_data\" \"x\" {}");
  EXPECT_EQ(run.found, 3);
  const std::string problems = run.problems();
  for (const char* wanted :
       {"Mock failure", "error: 18: Invalid limit argument: ", "error: 21: Missing required argument: ",
        "error: 22: Invalid list resource: The provider parterre/mock has no list of ",
        "has no list of \"mock_vaults\". Did you mean \"mock_vault\"?", "error: 25: Invalid list argument: "})
    EXPECT_NE(problems.find(wanted), std::string::npos) << wanted << "\n" << problems;
}

TEST(Query, MistakesOfFiles) {
  EXPECT_EQ(QueryRun("resource \"mock_vault\" \"x\" {}").problems(),
            "error: 1: Unsupported block type: Blocks of type \"resource\" are not expected here.\n");
  const std::string twice =
      "list \"mock_vault\" \"x\" {\n  config { count = 1 }\n  config { count = 2 }\n}\n";
  EXPECT_EQ(
      QueryRun(twice + "list \"mock_vault\" \"x\" {}").problems(),
      "error: 3: Duplicate config block: list.mock_vault.x already has a config block at "
      "all.tfquery.hcl:2,3-9. Join the two.\n"
      "error: 5: Duplicate list \"mock_vault\" configuration: list.mock_vault.x was already declared at "
      "all.tfquery.hcl:1,1-22. Names of lists are unique per type.\n");
  EXPECT_EQ(QueryRun("list \"mock_vault\" \"x\" {\n  limits = 1\n  config { count = var.no }\n}").problems(),
            "error: 2: Unsupported argument: An argument named \"limits\" is not expected here. Did you mean "
            "\"limit\"?\n");
  EXPECT_NE(QueryRun("list \"mock_vault\" \"x\" {\n  config { count = var.no }\n}")
                .problems()
                .find("error: 2: Reference to undeclared input variable"),
            std::string::npos);
  EXPECT_NE(QueryRun("list \"mock_vault\" \"x\" { provider = mock.no }")
                .problems()
                .find("Provider configuration not present"),
            std::string::npos);
}

}  // namespace
}  // namespace engine::run
