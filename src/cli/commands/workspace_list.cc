// workspace list and workspace show: which there are, and which is selected.
#include "cli/commands/workspace.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
};

int RunWorkspaceList(CommandContext& command) {
  Diagnostics diagnostics;
  if (!command.options.operands().empty()) {
    command.terminal.PrintMistake("Too many command line arguments. Did you mean to use -chdir?\n");
    return 1;
  }
  std::unique_ptr<engine::backend::Backend> backend = OpenBackendOnly(command, {}, diagnostics);
  const std::string current = command.session.Workspace(diagnostics);
  std::optional<std::vector<std::string>> names;
  if (!diagnostics.HasErrors()) names = ListWorkspaces(*backend, diagnostics);
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (!names) return 1;
  std::string out;
  for (const std::string& name : *names) out += (name == current ? "* " : "  ") + name + "\n";
  command.terminal.Print(out + "\n");
  if (IsOverridden(command))
    command.terminal.Print(
        "\n\nThe active workspace is being overridden using the TF_WORKSPACE environment\nvariable.\n\n");
  return 0;
}

int RunWorkspaceShow(CommandContext& command) {
  Diagnostics diagnostics;
  const std::string current = command.session.Workspace(diagnostics);
  if (diagnostics.HasErrors()) {
    command.terminal.PrintMistake("Error selecting workspace: " + diagnostics.items()[0].summary + "\n");
    return 1;
  }
  command.terminal.Print(current + "\n");
  return 0;
}

}  // namespace

const Command kWorkspaceListCommand = {
    .name = "workspace list",
    .synopsis = "List Workspaces",
    .usage = "parterre [global options] workspace list",
    .help = "Lists the workspaces; a star marks the one that is selected.",
    .options = kOptions,
    .run = RunWorkspaceList,
};

const Command kWorkspaceShowCommand = {
    .name = "workspace show",
    .synopsis = "Show the name of the current workspace",
    .usage = "parterre [global options] workspace show",
    .help = "Prints the name of the workspace that is selected.",
    .options = kOptions,
    .run = RunWorkspaceShow,
};

}  // namespace cli::commands
