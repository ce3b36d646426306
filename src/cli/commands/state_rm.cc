#include "base/core/product.h"
#include "cli/commands/state_editing.h"
#include "cli/view/diagnostics_view.h"
#include "engine/state/selection.h"
#include "language/address/typed.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_STATE_EDITING_OPTIONS,
    {"dry-run", session::OptionKind::kFlag, "", "Only say what would be removed."},
};

// All instances that the operands name; errors for operands that cannot be read.
std::vector<language::address::ResourceInstance> Selected(const CommandContext& command,
                                                          const engine::state::State& state,
                                                          Diagnostics& diagnostics) {
  std::vector<language::address::ResourceInstance> selected;
  for (const std::string& text : command.options.operands()) {
    const auto target = language::address::ParseTarget(text, diagnostics);
    if (!target) continue;
    for (auto& address : engine::state::InstancesAt(state, *target)) selected.push_back(std::move(address));
  }
  return selected;
}

int RunStateRm(CommandContext& command) {
  Diagnostics diagnostics;
  auto fail = [&] {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  const session::Options& options = command.options;
  if (options.operands().empty()) {
    command.terminal.PrintMistake("At least one address is required.\n\n");
    return kShowHelp;
  }
  auto session =
      OpenStateForEditing(command, options.Text("state"), options.Text("backup"), "state-rm", diagnostics);
  if (!session) return fail();
  engine::state::State state = *session->initial();
  if (!HasState(command, state)) return 1;
  std::vector<language::address::ResourceInstance> selected = Selected(command, state, diagnostics);
  if (diagnostics.HasErrors()) return fail();
  const bool dry_run = options.Flag("dry-run");
  for (const language::address::ResourceInstance& address : selected)
    command.terminal.PrintSoon((dry_run ? "Would remove " : "Removed ") + address.ToString() + "\n");
  if (dry_run) {
    if (selected.empty()) command.terminal.Print("Would have removed nothing.\n");
    return 0;
  }
  if (selected.empty()) {
    diagnostics.Error(
        "Invalid target address",
        base::core::Spoken(
            "The state has nothing at these addresses. To see what it has, run: parterre state list"));
    return fail();
  }
  const size_t count = selected.size();
  engine::state::RemoveInstances(state, std::move(selected));
  if (!SaveEdited(*session, std::move(state), diagnostics)) return fail();
  view::ShowDiagnostics(diagnostics, command.terminal);
  command.terminal.Print(fmt::format("Successfully removed {} resource instance(s).\n", count));
  return 0;
}

}  // namespace

const Command kStateRmCommand = {
    .name = "state rm",
    .synopsis = "Remove instances from the state",
    .usage = "parterre [global options] state rm [options] ADDRESS...",
    .help =
        "Takes modules, resources or instances out of the state, so that they are forgotten: what "
        "really\nexists is "
        "not destroyed. A copy of the state is kept first.",
    .options = kOptions,
    .run = RunStateRm,
};

}  // namespace cli::commands
