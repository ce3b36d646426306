#include "base/core/product.h"
#include "cli/commands/workspace.h"
#include "cli/view/diagnostics_view.h"
#include "engine/state/selection.h"

namespace cli::commands {
namespace {

constexpr size_t kShownInstances = 20;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    PARTERRE_LOCK_OPTIONS,
    {"force", session::OptionKind::kFlag, "",
     "Delete it even if its state holds resources, which are then forgotten."},
};

// What really exists, not what was only read.
std::vector<std::string> Managed(const engine::state::State& state) {
  std::vector<std::string> out;
  for (const language::address::ResourceInstance& address : engine::state::AllInstances(state))
    if (address.resource.mode == language::address::ResourceMode::kManaged) out.push_back(address.ToString());
  return out;
}

void RefuseFull(const std::string& name, const std::vector<std::string>& managed, Diagnostics& diagnostics) {
  std::string list;
  for (size_t i = 0; i < managed.size() && i < kShownInstances; ++i) list += "\n  - " + managed[i];
  if (managed.size() > kShownInstances)
    list += fmt::format("\n  - and {} more", managed.size() - kShownInstances);
  diagnostics.Error(
      "Workspace is not empty",
      fmt::format("Workspace \"{}\" is currently tracking the following resource instances:{}\n\nDeleting "
                  "it would forget them, so that they would have to be removed by hand. Destroy them "
                  "first, or use -force to forget them.",
                  name, list));
}

int RunWorkspaceDelete(CommandContext& command) {
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
  std::unique_ptr<engine::backend::Backend> backend = OpenBackendOnly(command, {}, diagnostics);
  if (!backend) return fail();
  const auto names = ListWorkspaces(*backend, diagnostics);
  if (!names) return fail();
  if (std::find(names->begin(), names->end(), name) == names->end())
    return WorkspaceDoesNotExist(command, name);
  if (command.session.Workspace(diagnostics) == name) {
    command.terminal.PrintMistake(fmt::format(
        "Workspace \"{}\" is your active workspace.\n\nYou cannot delete the currently active workspace. "
        "Please switch\nto another workspace and try again.\n",
        name));
    return 1;
  }
  std::vector<std::string> managed;
  {
    auto session = OpenSession(command, *backend, name, "workspace-delete", diagnostics);
    if (!session) return fail();
    managed = Managed(*session->initial());
    if (!managed.empty() && !command.options.Flag("force")) {
      session.reset();
      RefuseFull(name, managed, diagnostics);
      return fail();
    }
    // The lock lies in what is deleted, so that it goes first.
  }
  auto deleted =
      command.options.Flag("force") ? backend->DeleteWorkspaceByForce(name) : backend->DeleteWorkspace(name);
  if (!deleted.ok()) {
    diagnostics.Error("Failed to delete workspace", deleted.error().message());
    return fail();
  }
  const view::Style& style = command.terminal.style();
  command.terminal.Print(
      fmt::format("{}{}Deleted workspace \"{}\"!{}\n", style.Reset(), style.Green(), name, style.Reset()));
  if (!managed.empty())
    command.terminal.Print(fmt::format(
        "{}{}WARNING: \"{}\" was non-empty.\nThe resources managed by the deleted workspace may still "
        "exist,\nbut are no longer manageable by {} since the state has\nbeen deleted.{}\n\n",
        style.Reset(), style.Yellow(), name, base::core::ProductName(), style.Reset()));
  return 0;
}

}  // namespace

const Command kWorkspaceDeleteCommand = {
    .name = "workspace delete",
    .synopsis = "Delete a workspace",
    .usage = "parterre [global options] workspace delete [OPTIONS] NAME",
    .help = "Deletes a workspace and its state. One whose state holds resources is only deleted with -force.",
    .options = kOptions,
    .run = RunWorkspaceDelete,
};

}  // namespace cli::commands
