#include "base/core/product.h"
#include "cli/commands/prompt.h"
#include "cli/commands/state_access.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"force", session::OptionKind::kFlag, "", "Do not ask before unlocking."},
};

int RunForceUnlock(CommandContext& command) {
  Diagnostics diagnostics;
  auto fail = [&](const std::string& text) {
    command.terminal.PrintMistake(text + "\n");
    return 1;
  };
  if (command.options.operands().size() != 1) {
    command.terminal.PrintMistake("Expected a single argument: LOCK_ID\n");
    return kShowHelp;
  }
  std::unique_ptr<engine::backend::Backend> backend = OpenBackendOnly(command, {}, diagnostics);
  const std::string workspace = command.session.Workspace(diagnostics);
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (diagnostics.HasErrors()) return 1;
  std::unique_ptr<engine::state::StateStorage> storage = backend->Storage(workspace);
  if (!command.options.Flag("force")) {
    // The system takes such a lock away when its holder ends.
    if (backend->type() == "local") return fail("Local state cannot be unlocked by another process");
    auto answer =
        Ask(command,
            {.title = "\nDo you really want to force-unlock?",
             .text = base::core::Spoken(
                 "Parterre will remove the lock on the remote state.\nThis will allow local Parterre "
                 "commands to modify this state, even though it\nmay still be in use. Only 'yes' will be "
                 "accepted to confirm.")});
    if (!answer.ok()) return fail("Error asking for confirmation: " + answer.error().message());
    if (*answer != "yes") {
      command.terminal.Print("force-unlock cancelled.\n");
      return 1;
    }
  }
  auto unlocked = storage->ForceUnlock(command.options.operands()[0]);
  if (!unlocked.ok()) return fail("Failed to unlock state: " + unlocked.error().message());
  const view::Style& style = command.terminal.style();
  command.terminal.Print(
      fmt::format("{}{}{}{} state has been successfully unlocked!{}{}\n\nThe state has been unlocked, and {} "
                  "commands should now be able to\nobtain a new lock on the remote state.{}\n",
                  style.Reset(), style.Bold(), style.Green(), base::core::ProductName(), style.Reset(),
                  style.Green(), base::core::ProductName(), style.Reset()));
  return 0;
}

}  // namespace

const Command kForceUnlockCommand = {
    .name = "force-unlock",
    .synopsis = "Release a stuck lock on the current workspace",
    .usage = "parterre [global options] force-unlock [options] LOCK_ID",
    .help =
        "Takes away the lock that a run left behind, by its id. Only for states that are kept elsewhere: "
        "a\nlock on a "
        "local file ends with the run that holds it.",
    .options = kOptions,
    .run = RunForceUnlock,
};

}  // namespace cli::commands
