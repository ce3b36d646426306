#include "cli/commands/workspace.h"
#include "cli/view/diagnostics_view.h"
#include "engine/backend/local.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"or-create", session::OptionKind::kFlag, "", "Make the workspace if it does not exist."},
};

int RunWorkspaceSelect(CommandContext& command) {
  Diagnostics diagnostics;
  auto fail = [&] {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  if (command.options.operands().size() != 1) {
    command.terminal.PrintMistake("Expected a single argument: NAME.\n\n");
    return kShowHelp;
  }
  const std::string& name = command.options.operands()[0];
  if (IsOverridden(command)) {
    command.terminal.PrintMistake(
        "\nThe selected workspace is currently overridden using the TF_WORKSPACE\nenvironment "
        "variable.\n\nTo select a "
        "new workspace, either update this environment variable or unset\nit and then run this command "
        "again.\n\n");
    return 1;
  }
  std::unique_ptr<engine::backend::Backend> backend = OpenBackendOnly(command, {}, diagnostics);
  if (!backend) return fail();
  if (!engine::backend::IsValidWorkspaceName(name)) return RefuseWorkspaceName(command, name);
  const std::string current = command.session.Workspace(diagnostics);
  if (diagnostics.HasErrors()) return fail();
  if (current == name) return 0;
  const auto names = ListWorkspaces(*backend, diagnostics);
  if (!names) return fail();
  if (std::find(names->begin(), names->end(), name) == names->end()) {
    if (!command.options.Flag("or-create")) return WorkspaceDoesNotExist(command, name, "\n");
    return CreateAndSelect(command, *backend, name, diagnostics) ? 0 : fail();
  }
  auto selected = engine::backend::SelectWorkspace(name, command.session.data_directory());
  if (!selected.ok()) {
    diagnostics.Error("Failed to select workspace", selected.error().message());
    return fail();
  }
  const view::Style& style = command.terminal.style();
  command.terminal.Print(fmt::format("{}{}Switched to workspace \"{}\".{}\n", style.Reset(), style.Green(),
                                     name, style.Reset()));
  return 0;
}

}  // namespace

const Command kWorkspaceSelectCommand = {
    .name = "workspace select",
    .synopsis = "Select a workspace",
    .usage = "parterre [global options] workspace select [OPTIONS] NAME",
    .help = "Goes on in another workspace, which has a state of its own.",
    .options = kOptions,
    .run = RunWorkspaceSelect,
};

}  // namespace cli::commands
