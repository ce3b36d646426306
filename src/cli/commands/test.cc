#include "engine/test/suite.h"

#include "base/core/files.h"
#include "cli/commands/document_schemas.h"
#include "cli/commands/operation.h"
#include "cli/json/test_json.h"
#include "cli/session/provider_requirements.h"
#include "cli/session/provider_versions.h"
#include "cli/view/json_test_view.h"
#include "cli/view/test_view.h"

namespace cli::commands {
namespace {

using engine::config::VariableOption;

constexpr session::OptionSpec kOptions[] = {
    {"filter", session::OptionKind::kList, "testfile",
     "Run this test file only; may be given often. Paths are those that the output shows."},
    {"json", session::OptionKind::kFlag, "", "Tell of the tests in lines of JSON."},
    {"junit-xml", session::OptionKind::kText, "path", "Write the results to this file, too, as JUnit XML."},
    {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."},
    {"parallelism", session::OptionKind::kNumber, "n",
     "How many operations, and how many parallel runs, are under way at once. Default: 10."},
    {"test-directory", session::OptionKind::kText, "path",
     "Where test files are beside this folder. Default: tests."},
    {"var", session::OptionKind::kList, "'foo=bar'",
     "Set a variable for all test files; may be given often."},
    {"var-file", session::OptionKind::kList, "filename", "Read variables from a file; may be given often."},
    {"verbose", session::OptionKind::kFlag, "", "Show the plan or the state of each run."},
};

class TestCommand {
 public:
  explicit TestCommand(CommandContext& command)
      : command_(command),
        directory_(command.options.Text("test-directory", "tests")),
        pool_(command.session.providers()),
        view_(command.options.Flag("json") ? view::MakeJsonTestView(command.terminal, Documents())
                                           : view::MakeTestView(command.terminal, MakeSchemaLookup(pool_))) {}

  int Run() {
    if (!Load()) return Fail();
    engine::test::SuiteOptions options;
    ReadVariables(options);
    if (diagnostics_.HasErrors()) return Fail();
    view_->Tell(diagnostics_);

    options.files = &tests_;
    options.test_directory = directory_;
    options.keep_results = command_.options.Flag("verbose");
    options.stop = command_.session.stop();
    for (const auto& [name, text] : command_.options.given())
      if (name == "filter") options.filter.insert(text);
    options.progress = view_.get();
    engine::test::Inventory inventory;
    options.inventory = &inventory;
    command_.interrupt.SetLastWords([&] { view_->Abandoned(inventory.Look()); });
    engine::run::Hooks quiet;
    const engine::run::RunContext context =
        command_.session.MakeContext({}, quiet, static_cast<int>(command_.options.Number("parallelism", 10)));
    const engine::test::SuiteResult suite = engine::test::RunSuite(context, options);
    command_.interrupt.SetLastWords({});
    const bool written = WriteJunit(suite);
    return written && suite.status == engine::test::Status::kPass ? 0 : 1;
  }

 private:
  // What goes wrong here is told of nowhere: the run that it concerns has failed by itself, or its schemas
  // are those of another module.
  view::TestDocuments Documents() {
    return {.plan =
                [this](const engine::test::RunResult& run) {
                  auto text = json::TestPlanJson(*run.plan, DocumentSchemas(pool_), Providers());
                  return text.ok() ? *text : std::string();
                },
            .state =
                [this](const engine::test::RunResult& run) {
                  auto text = json::TestStateJson(*run.state, DocumentSchemas(pool_), Providers());
                  return text.ok() ? *text : std::string();
                }};
  }

  json::Providers Providers() {
    json::Providers providers;
    Diagnostics ignored;
    for (const language::address::Provider& source : command_.session.configuration().Providers())
      if (provider::api::Provider* provider = pool_.Unconfigured(source, ignored))
        providers[source] = provider;
    return providers;
  }

  bool Load() {
    const std::string clean = base::core::CleanPath(directory_);
    if (directory_.empty() || clean.starts_with('/') || clean == ".." || clean.starts_with("../")) {
      diagnostics_.Error("Invalid testing directory",
                         "-test-directory takes a path inside of this folder, seen from here.");
      return false;
    }
    if (!command_.session.LoadConfiguration(diagnostics_, {.check_references = false, .for_tests = true})) {
      LoadTests();  // for their mistakes
      return false;
    }
    command_.session.plugins().WarnOfDevelopment(diagnostics_);
    session::CheckProviderVersions(command_.session.configuration(), command_.session.files(),
                                   command_.session.plugins(), diagnostics_);
    if (!diagnostics_.HasErrors())
      session::CheckPlugins(command_.session.configuration(), command_.session.plugins(), diagnostics_);
    LoadTests();
    return !diagnostics_.HasErrors();
  }

  void LoadTests() {
    tests_ =
        engine::config::LoadTests(command_.session.files(), ".", directory_, command_.session.configuration(),
                                  diagnostics_, &command_.session.installed_modules());
  }

  void ReadVariables(engine::test::SuiteOptions& options) {
    std::vector<VariableOption> given;
    for (const auto& [name, text] : command_.options.given())
      if (name == "var" || name == "var-file") given.push_back({name == "var-file", text});
    const auto& variables = command_.session.environment().variables();
    const engine::config::FileSource& files = command_.session.files();
    options.directory_variables =
        engine::config::CollectTestVariables(files, directory_, {}, {}, diagnostics_);
    options.variables = engine::config::CollectTestVariables(
        files, ".", std::map<std::string, std::string>(variables.begin(), variables.end()), given,
        diagnostics_);
  }

  bool WriteJunit(const engine::test::SuiteResult& suite) {
    if (!command_.options.Has("junit-xml")) return true;
    const std::string path = command_.options.Text("junit-xml");
    auto written = base::core::WriteFile(path, view::JunitXml(suite));
    if (written.ok()) return true;
    Diagnostics failed;
    failed.Error(fmt::format("error saving JUnit XML to file \"{}\"", path), written.error().message());
    view_->Tell(failed);
    return false;
  }

  int Fail() {
    view_->Tell(diagnostics_);
    return 1;
  }

  CommandContext& command_;
  const std::string directory_;
  engine::run::ProviderPool pool_;
  const std::unique_ptr<view::TestOutput> view_;
  engine::config::TestFiles tests_;
  Diagnostics diagnostics_;
};

int RunTest(CommandContext& command) { return TestCommand(command).Run(); }

}  // namespace

const Command kTestCommand = {
    .name = "test",
    .synopsis = "Execute integration tests for modules",
    .usage = "parterre [global options] test [options]",
    .help =
        "Runs the test files (*.tftest.hcl, *.tftest.json) of this folder and of the folder tests: each run "
        "block\n"
        "plans or applies the configuration, or another module, and checks what it asserts. What the runs "
        "made is\n"
        "destroyed at the end of the file, also after failures and after Ctrl-C; what could not be destroyed "
        "is\n"
        "listed. Real objects are made and destroyed unless providers are mocked (mock_provider).\n\n"
        "Exit code 0 when all tests passed, else 1.",
    .options = kOptions,
    .run = RunTest,
};

}  // namespace cli::commands
