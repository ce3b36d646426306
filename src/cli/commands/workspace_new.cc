#include "base/core/files.h"
#include "base/core/product.h"
#include "cli/commands/read_state.h"
#include "cli/commands/workspace.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    PARTERRE_LOCK_OPTIONS,
    {"state", session::OptionKind::kText, "path", "Copy this state into the new workspace."},
};

bool CopyState(CommandContext& command, engine::backend::Backend& backend, const std::string& name,
               const std::string& path, Diagnostics& diagnostics) {
  if (!base::core::Exists(path)) {
    command.terminal.PrintMistake("open " + path + ": no such file or directory\n");
    return false;
  }
  auto text = base::core::ReadFile(path, UINT32_MAX);
  auto state = text.ok() ? ParseStateFile(command, *std::move(text))
                         : base::core::Result<engine::state::State>(text.error());
  if (!state.ok()) {
    command.terminal.PrintMistake(state.error().message() + "\n");
    return false;
  }
  auto session = OpenSession(command, backend, name, "workspace-new", diagnostics);
  if (!session) return false;
  auto pushed = session->Push(*std::move(state), /*force=*/true);
  if (!pushed.ok()) diagnostics.Error("Failed to save state", pushed.error().message());
  return pushed.ok();
}

int RunWorkspaceNew(CommandContext& command) {
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
  if (!engine::backend::IsValidWorkspaceName(name)) return RefuseWorkspaceName(command, name);
  // Under TF_WORKSPACE a new workspace would be selected in vain.
  if (IsOverridden(command) && command.session.environment().Get("TF_WORKSPACE") != name) {
    command.terminal.PrintMistake(
        "\nThe workspace is currently overridden using the TF_WORKSPACE environment\nvariable. You cannot "
        "create a new workspace when using this setting.\n\nTo create a new workspace, either unset this "
        "environment variable or update it\nto match the workspace name you are trying to create, and then "
        "run this command\nagain.\n\n");
    return 1;
  }
  std::unique_ptr<engine::backend::Backend> backend = OpenBackendOnly(command, {}, diagnostics);
  if (!backend) return fail();
  const auto names = ListWorkspaces(*backend, diagnostics);
  if (!names) return fail();
  if (std::find(names->begin(), names->end(), name) != names->end()) {
    command.terminal.PrintMistake(fmt::format("Workspace \"{}\" already exists\n", name));
    return 1;
  }
  if (name == engine::backend::kDefaultWorkspace && !backend->HasDefaultWorkspace()) {
    diagnostics.Error("default workspace not supported",
                      base::core::Spoken("Here every workspace has a name of its own: make one with "
                                         "\"parterre workspace new\"."));
    return fail();
  }
  if (!CreateAndSelect(command, *backend, name, diagnostics)) return fail();
  const std::string path = command.options.Text("state");
  if (!path.empty() && !CopyState(command, *backend, name, path, diagnostics)) return fail();
  view::ShowDiagnostics(diagnostics, command.terminal);
  return 0;
}

}  // namespace

const Command kWorkspaceNewCommand = {
    .name = "workspace new",
    .synopsis = "Create a new workspace",
    .usage = "parterre [global options] workspace new [OPTIONS] NAME",
    .help = "Makes a workspace with an empty state, or a copy of another one, and selects it.",
    .options = kOptions,
    .run = RunWorkspaceNew,
};

}  // namespace cli::commands
