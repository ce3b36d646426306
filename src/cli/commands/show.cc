#include "base/core/files.h"
#include "cli/commands/document_schemas.h"
#include "cli/commands/operation.h"
#include "cli/commands/read_state.h"
#include "cli/commands/saved_plan.h"
#include "cli/json/plan_json.h"
#include "cli/json/state_json.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/state_view.h"
#include "engine/changes/plan_file.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"json", session::OptionKind::kFlag, "", "Print as JSON, sensitive values included."},
};

int ShowState(CommandContext& command, const engine::state::State& state, engine::run::ProviderPool& pool) {
  if (!command.options.Flag("json")) {
    command.terminal.Print(view::RenderState(state, MakeSchemaLookup(pool), command.terminal.style()));
    return 0;
  }
  auto printed = json::PrintState(state, DocumentSchemas(pool),
                                  [&](std::string_view text) { command.terminal.Print(text); });
  if (printed.ok()) return 0;
  command.terminal.PrintError("Failed to marshal state to json: " + printed.error().message() + "\n");
  return 1;
}

// The configuration in the plan is read anew: it was right when the plan was made.
int ShowPlan(CommandContext& command, engine::changes::SavedPlan plan, engine::run::ProviderPool& pool) {
  if (!command.options.Flag("json")) {
    view::RenderPlan(plan.plan, MakeSchemaLookup(pool), command.terminal.style(),
                     [&](std::string_view part) { command.terminal.Print(part); });
    return 0;
  }
  Diagnostics diagnostics;
  command.session.UseFiles(engine::config::MemoryFiles(std::move(plan.files)));
  if (!command.session.LoadConfiguration(diagnostics, {.check_references = false})) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  auto printed = json::PrintPlan(plan.plan, command.session.configuration(), DocumentSchemas(pool),
                                 [&](std::string_view text) { command.terminal.Print(text); });
  if (printed.ok()) return 0;
  command.terminal.PrintError("Failed to marshal plan to json: " + printed.error().message() + "\n");
  return 1;
}

int RunShow(CommandContext& command) {
  Diagnostics diagnostics;
  engine::run::ProviderPool pool(command.session.providers());
  const std::vector<std::string>& operands = command.options.operands();
  auto fail = [&](std::string_view summary, std::string_view detail) {
    diagnostics.Error(summary, detail);
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  if (operands.size() > 1) {
    fail("Too many command line arguments",
         "show takes at most one argument: the path of a plan or state file.");
    return kPointToHelp;
  }
  if (operands.empty()) {
    std::optional<engine::backend::Snapshot> snapshot = ReadState(command, diagnostics);
    if (!snapshot) {
      view::ShowDiagnostics(diagnostics, command.terminal);
      return 1;
    }
    const bool json = command.options.Flag("json");
    if (json || !snapshot->state->lineage.empty() || !snapshot->state->Empty())
      return ShowState(command, *snapshot->state, pool);
    command.terminal.Print("No state.\n");
    return 0;
  }
  engine::state::Sealer* const sealer = command.session.PlanSealer(diagnostics);
  if (diagnostics.HasErrors()) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  auto plan = engine::changes::ReadPlanFile(operands[0], sealer);
  if (plan.ok()) {
    auto checked = CheckSavedPlan(plan->plan, MakeSchemaLookup(pool));
    if (!checked.ok())
      return fail("Failed to read the given file as a state or plan file", checked.error().message());
    return ShowPlan(command, std::move(*plan), pool);
  }
  auto text = base::core::ReadFile(operands[0]);
  if (!text.ok())
    return fail("Failed to read the given file as a state or plan file", text.error().message());
  auto state = ParseStateFile(command, std::move(*text));
  if (!state.ok())
    return fail("Failed to read the given file as a state or plan file",
                "As a plan: " + plan.error().message() + "\n\nAs a state: " + state.error().message());
  return ShowState(command, *state, pool);
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
