#include "base/core/strings.h"
#include "cli/commands/state_editing.h"
#include "cli/view/diagnostics_view.h"
#include "engine/state/move.h"
#include "language/address/typed.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_STATE_EDITING_OPTIONS,
    {"backup-out", session::OptionKind::kText, "path", "Where to keep the other state before this change."},
    {"dry-run", session::OptionKind::kFlag, "", "Only say what would move."},
    {"state-out", session::OptionKind::kText, "path", "Move into the state at this path."},
};

int RunStateMv(CommandContext& command) {
  Diagnostics diagnostics;
  auto fail = [&] {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  const session::Options& options = command.options;
  if (options.operands().size() != 2) {
    command.terminal.PrintMistake("Exactly two arguments expected.\n\n");
    return kShowHelp;
  }
  auto session =
      OpenStateForEditing(command, options.Text("state"), options.Text("backup"), "state-mv", diagnostics);
  if (!session) return fail();
  engine::state::State from = *session->initial();
  if (!HasState(command, from)) return 1;
  std::unique_ptr<engine::backend::Session> other;
  if (const std::string path = options.Text("state-out"); !path.empty() && path != options.Text("state")) {
    other = OpenStateForEditing(command, path, options.Text("backup-out"), "state-mv", diagnostics);
    if (!other) return fail();
  }
  const auto source = language::address::ParseTarget(options.operands()[0], diagnostics);
  const auto destination = language::address::ParseTarget(options.operands()[1], diagnostics);
  if (diagnostics.HasErrors()) return fail();

  engine::state::State to = other ? *other->initial() : engine::state::State();
  const std::vector<engine::state::MovedObject> moved =
      engine::state::MoveObjects(from, other ? to : from, *source, *destination, diagnostics);
  if (diagnostics.HasErrors()) return fail();
  const bool dry_run = options.Flag("dry-run");
  for (const engine::state::MovedObject& object : moved)
    command.terminal.PrintSoon(fmt::format("{} {} to {}\n", dry_run ? "Would move" : "Move",
                                           base::core::GoQuote(object.from), base::core::GoQuote(object.to)));
  if (dry_run) return 0;
  // The destination first: a run that ends in between leaves an object in both states, and not in none.
  if (other && !SaveEdited(*other, std::move(to), diagnostics)) return fail();
  if (!SaveEdited(*session, std::move(from), diagnostics)) return fail();
  view::ShowDiagnostics(diagnostics, command.terminal);
  command.terminal.Print(fmt::format("Successfully moved {} object(s).\n", moved.size()));
  return 0;
}

}  // namespace

const Command kStateMvCommand = {
    .name = "state mv",
    .synopsis = "Move an item in the state",
    .usage = "parterre [global options] state mv [options] SOURCE DESTINATION",
    .help =
        "Gives a module, a resource or an instance of it another address in the state, or moves it "
        "to\nanother state "
        "file. What really exists is not touched. A copy of each state is kept first.",
    .options = kOptions,
    .run = RunStateMv,
};

}  // namespace cli::commands
