#include "cli/commands/workspace.h"

#include "base/core/product.h"
#include "engine/backend/local.h"

namespace cli::commands {

int RefuseWorkspaceName(CommandContext& command, const std::string& name) {
  command.terminal.PrintMistake(fmt::format(
      "\nThe workspace name \"{}\" is not allowed. The name must contain only URL safe\ncharacters, and no "
      "path separators.\n\n",
      name));
  return 1;
}

int WorkspaceDoesNotExist(CommandContext& command, const std::string& name, std::string_view before) {
  command.terminal.PrintMistake(fmt::format(
      "{}Workspace \"{}\" doesn't exist.\n\nYou can create this workspace with the \"new\" subcommand \nor "
      "include the \"-or-create\" flag with the \"select\" subcommand.\n",
      before, name));
  return 1;
}

bool IsOverridden(const CommandContext& command) {
  return !command.session.environment().Get("TF_WORKSPACE").empty();
}

std::optional<std::vector<std::string>> ListWorkspaces(engine::backend::Backend& backend,
                                                       Diagnostics& diagnostics) {
  if (!backend.SupportsWorkspaces()) {
    diagnostics.Error("workspaces not supported",
                      fmt::format("The backend \"{}\" keeps one state only.", backend.type()));
    return std::nullopt;
  }
  auto names = backend.Workspaces();
  if (names.ok()) return *std::move(names);
  diagnostics.Error("Failed to list workspaces", names.error().message());
  return std::nullopt;
}

bool CreateAndSelect(CommandContext& command, engine::backend::Backend& backend, const std::string& name,
                     Diagnostics& diagnostics) {
  base::core::Result<void> done = backend.CreateWorkspace(name);
  if (done.ok()) done = engine::backend::SelectWorkspace(name, command.session.data_directory());
  if (!done.ok()) {
    diagnostics.Error("Failed to create workspace", done.error().message());
    return false;
  }
  const view::Style& style = command.terminal.style();
  command.terminal.Print(
      fmt::format("{}{}{}Created and switched to workspace \"{}\"!{}{}\n\nYou're now on a new, empty "
                  "workspace. Workspaces isolate their state,\nso if you run \"{} plan\" {} will not see any "
                  "existing state\nfor this configuration.{}\n",
                  style.Reset(), style.Green(), style.Bold(), name, style.Reset(), style.Green(),
                  base::core::ProgramName(), base::core::ProductName(), style.Reset()));
  return true;
}

}  // namespace cli::commands
