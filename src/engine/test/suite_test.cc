#include "engine/test/suite.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/test/file_runner.h"
#include "language/hcl/parser.h"
#include "provider/builtin/terraform_provider.h"
#include "provider/mock/mock_provider.h"

namespace engine::test {
namespace {

// A suite in memory, told of in lines: "run a: pass", "left x", "error: summary".
class Suite : public Progress {
 public:
  explicit Suite(std::string main_tf) { files_["main.tf"] = std::move(main_tf); }
  Suite& File(const std::string& name, std::string text) {
    files_[name] = std::move(text);
    return *this;
  }

  SuiteResult Run() {
    Diagnostics found;
    const auto source = config::MemoryFiles(files_);
    configuration_ =
        config::LoadConfiguration(*source, ".", found, {.check_references = false, .for_tests = true});
    tests_ = config::LoadTests(*source, ".", "tests", *configuration_, found);
    Tell(found);
    if (found.HasErrors()) return {.status = Status::kError};
    run::RunContext context;
    context.configuration = configuration_.get();
    context.providers = [this](const language::address::Provider& provider)
        -> base::core::Result<std::shared_ptr<provider::api::Provider>> {
      if (provider.type == "terraform") return provider::builtin::MakeTerraformProvider();
      if (provider.type != "mock") return base::core::Error("no provider " + provider.ToString());
      return provider::mock::MakeMockProvider();
    };
    SuiteOptions options{
        .files = &tests_, .texts = RepeatableTexts(1), .stop = stop.get_token(), .progress = this};
    return RunSuite(context, options);
  }

  void RunEnded(const FileResult&, const RunResult& run) override {
    constexpr std::string_view kNames[] = {"pending", "skip", "pass", "fail", "error"};
    log += fmt::format("run {}: {}\n", run.run->name, kNames[static_cast<size_t>(run.status)]);
    Tell(run.diagnostics);
    if (run.run->name == stop_after) stop.request_stop();
  }
  void RunTearingDown(const FileResult&, const RunResult& run) override {
    log += fmt::format("destroy {}\n", run.run->name);
  }
  void CleanedUp(const FileResult&, const RunResult&, const Diagnostics& diagnostics,
                 const std::vector<Leftover>& left) override {
    Tell(diagnostics);
    for (const Leftover& each : left) log += fmt::format("left {}\n", each.address.ToString());
  }

  std::string log;
  std::stop_source stop;
  std::string stop_after;

 private:
  void Tell(const Diagnostics& diagnostics) {
    for (const auto& each : diagnostics.items())
      log += fmt::format("{}: {}\n", each.severity == base::diag::Severity::kError ? "error" : "warning",
                         each.summary);
  }

  std::map<std::string, std::string> files_;
  std::unique_ptr<config::Configuration> configuration_;
  config::TestFiles tests_;
};

constexpr std::string_view kMock = R"(
terraform {
  required_providers {
    mock = { source = "parterre/mock" }
  }
}
)";

TEST(Suite, DestroysInReverseOrderWhatRunsMade) {
  Suite suite("variable \"n\" {\n default = 1\n}\nresource \"terraform_data\" \"a\" { input = var.n }");
  suite.File("a.tftest.hcl", R"(
run "one" {}
run "two" { state_key = "k" }
run "three" {
  variables { n = 2 }
}
run "planned" {
  state_key = "never applied"
  command   = plan
}
)");
  EXPECT_EQ(suite.Run().status, Status::kPass);
  EXPECT_EQ(suite.log,
            "run one: pass\nrun two: pass\nrun three: pass\nrun planned: pass\ndestroy three\ndestroy two\n");
}

TEST(Suite, AfterAStopSkipsAndStillDestroys) {
  Suite suite("resource \"terraform_data\" \"a\" {}");
  suite.File("a.tftest.hcl", "run \"one\" {}\nrun \"two\" {}").File("b.tftest.hcl", "run \"three\" {}");
  suite.stop_after = "one";
  const SuiteResult result = suite.Run();
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(suite.log, "run one: pass\nrun two: skip\ndestroy one\nrun three: skip\n");
}

TEST(Suite, ListsWhatCannotBeDestroyed) {
  Suite suite(std::string(kMock) + R"(
resource "mock_object" "a" {
  name = "a"
  fail = "delete"
}
resource "mock_object" "b" { name = "b" }
)");
  suite.File("a.tftest.hcl", "run \"one\" {}");
  EXPECT_EQ(suite.Run().status, Status::kError);
  EXPECT_TRUE(suite.log.starts_with("run one: pass\ndestroy one\nerror: ")) << suite.log;
  EXPECT_TRUE(suite.log.ends_with("\nleft mock_object.a\n")) << suite.log;
}

TEST(Suite, MocksAskNobody) {
  // The real provider would fail to create this.
  Suite suite(std::string(kMock) + R"(
provider "mock" { store = "/nowhere" }
resource "mock_object" "a" {
  name = "a"
  fail = "create"
  rule { port = 1 }
}
data "mock_object" "d" { name = mock_object.a.stamp }
output "all" { value = [mock_object.a.id, mock_object.a.zone, data.mock_object.d.size] }
)");
  suite.File("a.tftest.hcl", R"(
mock_provider "mock" {
  mock_resource "mock_object" {
    defaults = { id = "given" }
  }
  mock_data "mock_object" {
    defaults = { size = 7 }
  }
}
run "made" {
  assert {
    condition     = output.all[0] == "given" && length(output.all[1]) == 8 && output.all[2] == 7
    error_message = jsonencode(output.all)
  }
}
)");
  EXPECT_EQ(suite.Run().status, Status::kPass);
  EXPECT_EQ(suite.log, "run made: pass\ndestroy made\n");
}

TEST(Suite, OnlyOverriddenObjectsAreNotAskedFor) {
  Suite suite(std::string(kMock) + R"(
resource "mock_object" "a" {
  count = 3
  name  = "a"
  fail  = count.index == 1 ? "create" : null
}
output "ids" { value = mock_object.a[*].id }
)");
  suite.File("a.tftest.hcl", R"(
override_resource {
  target = mock_object.a[1]
  values = { id = "overridden" }
}
run "made" {
  assert {
    condition     = output.ids[1] == "overridden" && output.ids[0] != output.ids[2]
    error_message = jsonencode(output.ids)
  }
}
)");
  EXPECT_EQ(suite.Run().status, Status::kPass);
  EXPECT_EQ(suite.log, "run made: pass\ndestroy made\n");
}

TEST(Suite, ParallelRunsAreToldOfInOrder) {
  Suite suite(
      "variable \"n\" {\n default = 1\n}\nresource \"terraform_data\" \"a\" { input = var.n }\n"
      "output \"v\" { value = terraform_data.a.output }");
  std::string file = "test {\n  parallel = true\n}\n", expected;
  for (int index = 0; index < 20; ++index) {
    file += fmt::format("run \"r{0}\" {{\n  state_key = \"s{0}\"\n  variables {{\n    n = {1}\n  }}\n}}\n",
                        index, index ? fmt::format("run.r{}.v + 1", index - 1) : "1");
    expected += fmt::format("run r{}: pass\n", index);
  }
  file +=
      "run \"last\" {\n  state_key = \"t\"\n  assert {\n    condition = run.r19.v == 20\n"
      "    error_message = \"chain\"\n  }\n}\n";
  suite.File("a.tftest.hcl", file);
  EXPECT_EQ(suite.Run().status, Status::kPass);
  EXPECT_TRUE(suite.log.starts_with(expected + "run last: pass\ndestroy ")) << suite.log;
}

TEST(Suite, ProvidersOfTheFileReadItsVariables) {
  Suite suite(R"(
terraform {
  required_providers {
    mock = {
      source                = "parterre/mock"
      configuration_aliases = [mock.expected]
    }
  }
}
resource "mock_object" "a" {
  provider = mock.expected
  name     = "a"
}
)");
  suite.File("good.tftest.hcl", R"(
variables { delay = "0" }
provider "mock" {
  alias    = "expected"
  delay_ms = var.delay
}
run "made" {}
)");
  suite.File("wrong.tftest.hcl", R"(
provider "mock" {
  alias    = "expected"
  delay_ms = var.nobody
}
run "wrong" {}
)");
  suite.File("without.tftest.hcl", "run \"without\" {}");
  EXPECT_EQ(suite.Run().status, Status::kError);
  EXPECT_EQ(suite.log,
            "run made: pass\ndestroy made\n"
            "run without: error\nerror: Provider configuration not present\n"
            "run wrong: error\nerror: Reference to unavailable variable\n");
}

TEST(RunsBefore, OrderIsKeptWhereItMatters) {
  base::diag::Diagnostics found;
  const auto file = language::hcl::ParseConfig("a.tftest.hcl", R"(
test { parallel = true }
run "a" {}
run "b" { state_key = "b" }
run "c" {
  state_key = "c"
  variables { x = run.a.v }
}
run "d" { state_key = "b" }
run "e" {
  state_key = "e"
  parallel  = false
}
run "f" { state_key = "f" }
)",
                                               found);
  const config::TestFile tests = config::DecodeTestFile("a.tftest.hcl", file, found);
  ASSERT_FALSE(found.HasErrors());
  const std::vector<std::vector<size_t>> expected = {{}, {}, {0}, {1}, {0, 1, 2, 3}, {4}};
  EXPECT_EQ(RunsBefore(tests), expected);
}

}  // namespace
}  // namespace engine::test
