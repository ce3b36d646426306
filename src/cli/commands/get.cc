#include "cli/commands/install_modules.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"update", session::OptionKind::kFlag, "",
     "Bring modules anew that are there already, in the newest versions that the constraints admit."},
    {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."},
    {"test-directory", session::OptionKind::kText, "path",
     "Where test files are beside this folder. Default: tests."},
};

int RunGet(CommandContext& command) {
  Diagnostics diagnostics;
  if (!command.options.operands().empty())
    diagnostics.Error("Too many command line arguments", "get takes no arguments.");
  if (!diagnostics.HasErrors())
    InstallModules(command,
                   {.upgrade = command.options.Flag("update"),
                    .test_directory = command.options.Text("test-directory", "tests")},
                   diagnostics);
  view::ShowDiagnostics(diagnostics, command.terminal);
  return diagnostics.HasErrors() ? 1 : 0;
}

}  // namespace

const Command kGetCommand = {
    .name = "get",
    .synopsis = "Install or upgrade remote modules",
    .usage = "parterre [global options] get [options]",
    .help =
        "Brings the modules that the configuration calls, and those that these call, into the data folder. "
        "init does the\nsame, and more. What is there already stays, unless its source or version constraint "
        "has changed.",
    .options = kOptions,
    .run = RunGet,
};

}  // namespace cli::commands
