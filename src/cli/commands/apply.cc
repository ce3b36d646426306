#include "cli/commands/apply.h"

#include "base/core/files.h"
#include "cli/commands/saved_plan.h"
#include "cli/view/state_view.h"
#include "engine/backend/local.h"
#include "engine/changes/plan_file.h"
#include "engine/run/apply.h"

namespace cli::commands {
namespace {

using engine::changes::Mode;

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    PARTERRE_STATE_OPTIONS,
    PARTERRE_PLAN_OPTIONS,
    {"auto-approve", session::OptionKind::kFlag, "", "Do not ask before applying."},
    {"destroy", session::OptionKind::kFlag, "", "Destroy everything."},
};

// The reference's markup: the codes stand before the line end that opens the text.
std::string GreenTitle(std::string_view text, const view::Style& style) {
  return fmt::format("{}{}{}\n{}{}", style.Reset(), style.Bold(), style.Green(), text, style.Reset());
}

std::string Summary(const engine::run::ApplyResult& result, bool destroy_command, const view::Style& style) {
  std::string text;
  if (destroy_command)
    text = fmt::format("Destroy complete! Resources: {} destroyed.", result.destroyed);
  else
    text = fmt::format("Apply complete! Resources: {}{} added, {} changed, {} destroyed.",
                       result.imported ? fmt::format("{} imported, ", result.imported) : "", result.added,
                       result.changed, result.destroyed);
  return GreenTitle(text + "\n", style);
}

// A state that could not be saved must not be lost.
void KeepErroredState(const engine::run::ApplyResult& result, Diagnostics& diagnostics) {
  bool failed = false;
  for (const base::diag::Diagnostic& diagnostic : diagnostics.items())
    failed = failed || diagnostic.summary == "Failed to save state";
  if (!failed) return;
  auto written = engine::backend::WriteErroredState(result.state, "errored.tfstate");
  if (written.ok())
    diagnostics.Error(
        "Failed to persist state",
        "The state could not be saved where it belongs. It has been written to errored.tfstate in this "
        "folder. When "
        "the cause is mended, the next run recovers it from the journal if there is one; otherwise copy "
        "errored.tfstate over the state file.");
  else
    diagnostics.Error("Failed to persist state", written.error().message());
}

int CarryOut(CommandContext& command, Operation& operation, bool destroy_command) {
  engine::run::ApplyResult result =
      engine::run::Apply(operation.context(), operation.plan(), operation.state(), operation.diagnostics());
  KeepErroredState(result, operation.diagnostics());
  operation.ReleaseState();
  bool failed = operation.diagnostics().HasErrors();
  operation.ShowDiagnostics();
  // Both walks share one budget, which counts on; an apply without calls tells of its plan.
  command.terminal.Print(RateLimitNote(result.usage.calls > 0 ? result.usage : operation.result().usage));
  if (failed) return 1;
  command.terminal.Print(Summary(result, destroy_command, command.terminal.style()));
  if (!result.outputs.empty() && operation.plan().mode != Mode::kDestroy) {
    std::string outputs = view::RenderOutputs(result.outputs);
    const view::Style& style = command.terminal.style();
    if (!outputs.empty()) command.terminal.Print(GreenTitle("Outputs:\n\n", style) + outputs);
  }
  return 0;
}

int ApplySavedPlan(CommandContext& command, const std::string& path) {
  Operation operation(command, "OperationTypeApply");
  auto saved = engine::changes::ReadPlanFile(path);
  if (!saved.ok()) {
    operation.diagnostics().Error("Failed to load \"" + path + "\" as a plan file", saved.error().message());
    return operation.Fail();
  }
  if (saved->plan.errored)
    operation.diagnostics().Error(
        "Cannot apply incomplete plan",
        "This plan was saved after planning had failed. It can be shown, but not applied.");
  command.session.UseFiles(engine::config::MemoryFiles(saved->files));
  std::string workspace = command.session.Workspace(operation.diagnostics());
  if (workspace != saved->workspace)
    operation.diagnostics().Error(
        "Incorrect workspace",
        fmt::format("The plan was made in the workspace \"{}\", and \"{}\" is selected now. Select \"{}\" to "
                    "apply it.",
                    saved->workspace, workspace, saved->workspace));
  if (operation.diagnostics().HasErrors() || !operation.LoadConfiguration() ||
      !operation.TakeVariables(saved->plan.variables) || !operation.OpenState())
    return operation.Fail();
  const engine::state::State& now = *operation.state().initial();
  const engine::state::State& then = *saved->plan.previous_state;
  if (now.serial != then.serial || (!then.lineage.empty() && now.lineage != then.lineage)) {
    operation.diagnostics().Error(
        "Saved plan is stale",
        "The given plan file can no longer be applied because the state was changed by another "
        "operation after the plan was created. Make a new plan.");
    return operation.Fail();
  }
  operation.UsePlan(std::move(saved->plan));
  operation.MakeContext();
  operation.context().functions.plan_timestamp = operation.plan().timestamp;
  operation.context().functions.apply_timestamp = base::core::FormatRfc3339(base::core::RealClock().Now());
  return CarryOut(command, operation, false);
}

int RunApply(CommandContext& command) {
  const std::vector<std::string>& operands = command.options.operands();
  if (operands.size() == 1) return ApplySavedPlan(command, operands[0]);
  if (operands.size() > 1) {
    Operation operation(command, "OperationTypeApply");
    operation.diagnostics().Error("Too many command line arguments",
                                  "apply takes at most one argument: the path of a saved plan.");
    return operation.Fail();
  }
  return RunApplyWithPlan(command, false);
}

}  // namespace

int RunApplyWithPlan(CommandContext& command, bool destroy) {
  Operation operation(command, "OperationTypeApply");
  engine::run::PlanOptions options = ReadPlanOptions(command, destroy, operation.diagnostics());
  if (operation.diagnostics().HasErrors() || !operation.Prepare(options)) return operation.Fail();
  bool planned = operation.MakePlan(options);
  bool auto_approve = command.options.Flag("auto-approve");
  if (!planned) {
    // What was planned before the error is shown, if there was anything.
    if (operation.result().walked && operation.result().considered) operation.ShowPlan();
    return operation.Fail();
  }
  operation.ShowPlan();
  // Without a question the plan's warnings come with those of the apply.
  if (operation.plan().Applyable() && !auto_approve) {
    operation.ShowDiagnostics();
    if (!operation.Approve()) return operation.Fail();
  }
  operation.context().functions.apply_timestamp = base::core::FormatRfc3339(base::core::RealClock().Now());
  return CarryOut(command, operation, destroy);
}

const Command kApplyCommand = {
    .name = "apply",
    .synopsis = "Create or update infrastructure",
    .usage = "parterre [global options] apply [options] [PLAN]",
    .help =
        "Plans, shows the plan, asks for approval and carries it out. With a saved plan, carries\nout "
        "exactly that, without asking.",
    .options = kOptions,
    .run = RunApply,
    .main = true,
};

const Command kDestroyCommand = {
    .name = "destroy",
    .synopsis = "Destroy previously-created infrastructure",
    .usage = "parterre [global options] destroy [options]",
    .help = "Destroys everything that the state holds, after showing it and asking.",
    .options = kOptions,
    .run = [](CommandContext& command) { return RunApplyWithPlan(command, true); },
    .main = true,
};

}  // namespace cli::commands
