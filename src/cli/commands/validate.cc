#include "engine/run/validate.h"
#include "cli/commands/operation.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    {"json", session::OptionKind::kFlag, "", "Print the result as JSON."},
    {"no-tests", session::OptionKind::kFlag, "", "Accepted for compatibility."},
};

int RunValidate(CommandContext& command) {
  Diagnostics diagnostics;
  if (!command.options.operands().empty())
    diagnostics.Error("Too many command line arguments",
                      "validate takes no arguments. To validate another folder, use -chdir.");
  view::ProgressView progress(command.terminal);
  if (!diagnostics.HasErrors() && command.session.LoadConfiguration(diagnostics)) {
    engine::run::RunContext context = command.session.MakeContext({}, progress, 10);
    engine::run::Validate(context, diagnostics);
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
  command.terminal.Print(view::Wrap(success, style.width) + "\n\n");
  return 0;
}

}  // namespace

const Command kValidateCommand = {
    .name = "validate",
    .synopsis = "Check whether the configuration is valid",
    .usage = "parterre [global options] validate [options]",
    .help =
        "Checks the configuration in the working folder: syntax, references, types, and what the\nproviders "
        "say. Reads no state and calls nobody.",
    .options = kOptions,
    .run = RunValidate,
    .main = true,
};

}  // namespace cli::commands
