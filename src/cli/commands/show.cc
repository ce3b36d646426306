#include "base/core/files.h"
#include "cli/commands/operation.h"
#include "cli/commands/read_state.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/state_view.h"
#include "engine/changes/plan_file.h"
#include "engine/state/reader.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
};

int RunShow(CommandContext& command) {
  Diagnostics diagnostics;
  engine::run::ProviderPool pool(command.session.providers());
  view::SchemaLookup schemas = MakeSchemaLookup(pool);
  const std::vector<std::string>& operands = command.options.operands();
  auto fail = [&](std::string_view summary, std::string_view detail) {
    diagnostics.Error(summary, detail);
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  if (operands.size() > 1)
    return fail("Too many command line arguments",
                "show takes at most one argument: the path of a plan or state file.");
  if (operands.empty()) {
    std::optional<engine::backend::Snapshot> snapshot = ReadState(command, diagnostics);
    if (!snapshot) {
      view::ShowDiagnostics(diagnostics, command.terminal);
      return 1;
    }
    if (snapshot->state->lineage.empty() && snapshot->state->Empty())
      command.terminal.Print("No state.\n");
    else
      command.terminal.Print(view::RenderState(*snapshot->state, schemas, command.terminal.style()));
    return 0;
  }
  auto plan = engine::changes::ReadPlanFile(operands[0]);
  if (plan.ok()) {
    command.terminal.Print(view::RenderPlan(plan->plan, schemas, command.terminal.style()));
    return 0;
  }
  auto text = base::core::ReadFile(operands[0]);
  if (!text.ok())
    return fail("Failed to read the given file as a state or plan file", text.error().message());
  auto state = engine::state::ReadState(std::move(*text));
  if (!state.ok())
    return fail("Failed to read the given file as a state or plan file",
                "As a plan: " + plan.error().message() + "\n\nAs a state: " + state.error().message());
  command.terminal.Print(view::RenderState(*state, schemas, command.terminal.style()));
  return 0;
}

}  // namespace

const Command kShowCommand = {
    .name = "show",
    .synopsis = "Show the current state or a saved plan",
    .usage = "parterre [global options] show [options] [path]",
    .help = "Shows the state of the working folder, or the plan or state in the given file.",
    .options = kOptions,
    .run = RunShow,
};

}  // namespace cli::commands
