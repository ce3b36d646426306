#include "engine/run/validate.h"

#include "cli/commands/operation.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/progress_view.h"
#include "engine/test/suite.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    {"json", session::OptionKind::kFlag, "", "Print the result as JSON."},
    {"no-tests", session::OptionKind::kFlag, "", "Leave out the test files."},
    {"test-directory", session::OptionKind::kText, "path",
     "Where test files are beside the folder. Default: tests."},
};

int RunValidate(CommandContext& command) {
  Diagnostics diagnostics;
  const std::vector<std::string>& operands = command.options.operands();
  if (operands.size() > 1)
    diagnostics.Error("Too many command line arguments", "validate takes one folder at most.");
  const std::string directory = operands.empty() ? "." : operands[0];
  const bool with_tests = !command.options.Flag("no-tests");
  view::ProgressView progress(command.terminal);
  engine::config::TestFiles tests;
  const bool ready = !diagnostics.HasErrors();
  const bool loaded =
      ready && command.session.LoadConfiguration(diagnostics, {.check_references = false}, directory);
  if (with_tests && ready)
    tests = engine::config::LoadTests(
        command.session.files(), directory, command.options.Text("test-directory", "tests"),
        command.session.configuration(), diagnostics, &command.session.installed_modules());
  if (loaded && !diagnostics.HasErrors()) {
    engine::run::RunContext context = command.session.MakeContext({}, progress, 10);
    command.session.plugins().WarnOfDevelopment(diagnostics);
    engine::run::Validate(context, diagnostics);
    engine::test::ValidateTests(context, tests, diagnostics);
  }
  if (command.options.Flag("json")) {
    command.terminal.Print(view::ValidateJson(diagnostics));
    return diagnostics.HasErrors() ? 1 : 0;
  }
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (diagnostics.HasErrors()) return 1;
  const view::Style& style = command.terminal.style();
  std::string success =
      fmt::format("{}{}Success!{} The configuration is valid", style.Green(), style.Bold(), style.Reset());
  success += diagnostics.empty() ? "." : ", but there were some validation warnings as shown above.";
  command.terminal.Print(fmt::format("{}\n{}\n", view::Wrap(success, style.width), style.Reset()));
  return 0;
}

}  // namespace

const Command kValidateCommand = {
    .name = "validate",
    .synopsis = "Check whether the configuration is valid",
    .usage = "parterre [global options] validate [options] [folder]",
    .help =
        "Checks the configuration in the working folder, or the one given: syntax, references,\ntypes, and "
        "what the providers say. Reads no state and calls nobody.",
    .options = kOptions,
    .run = RunValidate,
    .main = true,
};

}  // namespace cli::commands
