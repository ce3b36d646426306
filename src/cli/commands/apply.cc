#include "cli/commands/apply.h"

#include "base/core/files.h"
#include "base/core/product.h"
#include "cli/commands/load_plan.h"
#include "cli/commands/saved_plan.h"
#include "cli/view/json_plan_log.h"
#include "cli/view/state_view.h"
#include "engine/backend/local.h"
#include "engine/run/apply.h"

namespace cli::commands {
namespace {

using engine::changes::Mode;

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    PARTERRE_LOG_OPTIONS,
    PARTERRE_STATE_OPTIONS,
    PARTERRE_PLAN_OPTIONS,
    {"auto-approve", session::OptionKind::kFlag, "", "Do not ask before applying."},
    {"destroy", session::OptionKind::kFlag, "", "Destroy everything."},
};

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

// Who writes the state elsewhere has to look after it by himself.
std::string StatePathNote(const std::string& path, const view::Style& style) {
  return fmt::format(
      "\n{}\n\nState path: {}\n",
      view::Wrap(
          base::core::Spoken(
              "The state of your infrastructure has been saved to the path below. This state is required to "
              "modify and destroy your infrastructure, so keep it safe. To inspect the complete state use "
              "the `parterre show` command."),
          style.width),
      path);
}

// A state that could not be saved must not be lost.
void KeepErroredState(CommandContext& command, const engine::run::ApplyResult& result,
                      Diagnostics& diagnostics) {
  if (!result.save_failed) return;
  auto written = engine::backend::WriteErroredState(result.state, "errored.tfstate",
                                                    command.session.StateSealer(diagnostics));
  if (written.ok())
    diagnostics.Error("Failed to persist state",
                      "The state could not be saved where it belongs. It has been written to errored.tfstate "
                      "in this folder. When the cause is mended, the next run recovers it from the journal "
                      "if there is one; otherwise copy errored.tfstate over the state file.");
  else
    diagnostics.Error("Failed to persist state", written.error().message());
}

int CarryOut(CommandContext& command, Operation& operation, bool destroy_command) {
  engine::run::ApplyResult result =
      engine::run::Apply(operation.context(), operation.plan(), operation.state(), operation.diagnostics());
  command.live.End();
  KeepErroredState(command, result, operation.diagnostics());
  operation.ReleaseState();
  bool failed = operation.diagnostics().HasErrors();
  operation.ShowDiagnostics();
  // Both walks share one budget, which counts on; an apply without calls tells of its plan.
  operation.Print(RateLimitNote(result.usage.calls > 0 ? result.usage : operation.result().usage));
  if (failed) return 1;
  if (view::JsonLog* log = operation.log()) {
    view::LogApplySummary(result, destroy_command ? "destroy" : "apply", *log);
    if (!destroy_command) view::LogOutputs(result.outputs, *log);
    return 0;
  }
  command.terminal.Print(Summary(result, destroy_command, command.terminal.style()));
  if (std::string path = command.options.Text("state-out");
      !path.empty() && result.added + result.changed > 0)
    command.terminal.Print(StatePathNote(path, command.terminal.style()));
  if (!result.outputs.empty() && !destroy_command) {
    std::string outputs = view::RenderOutputs(result.outputs);
    const view::Style& style = command.terminal.style();
    if (!outputs.empty()) command.terminal.Print(GreenTitle("Outputs:\n\n", style) + outputs);
  }
  return 0;
}

// A plan is only good for the very state that it was made from. The first plan of a configuration has no
// lineage yet.
bool IsStateOf(const engine::changes::Plan& plan, const engine::state::State& now, Diagnostics& diagnostics) {
  const engine::state::State& then = *plan.previous_state;
  const bool first = then.lineage.empty() && then.serial == 0;
  if (!first && then.lineage != now.lineage) {
    diagnostics.Error("Saved plan does not match the given state",
                      "The given plan file can not be applied because it was created from a different state "
                      "lineage.");
    return false;
  }
  if (then.serial == now.serial) return true;
  diagnostics.Error("Saved plan is stale",
                    "The given plan file can no longer be applied because the state was changed by another "
                    "operation after the plan was created. Make a new plan.");
  return false;
}

int ApplySavedPlan(CommandContext& command, const std::string& path) {
  Operation operation(command, "OperationTypeApply");
  operation.WarnOfStateOption();
  std::optional<engine::changes::SavedPlan> saved = LoadPlanFile(command, path, operation.diagnostics());
  if (!saved) return operation.Fail();
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
  if (operation.diagnostics().HasErrors() || !operation.LoadConfiguration()) return operation.Fail();
  if (auto checked = CheckSavedPlan(saved->plan, operation.schemas()); !checked.ok())
    operation.diagnostics().Error("Failed to load \"" + path + "\" as a plan file",
                                  checked.error().message());
  if (operation.diagnostics().HasErrors() || !operation.TakeVariables(saved->plan) ||
      !operation.OpenState() ||
      !IsStateOf(saved->plan, *operation.state().initial(), operation.diagnostics()))
    return operation.Fail();
  operation.UsePlan(std::move(saved->plan));
  if (operation.log()) view::LogPlannedActions(operation.plan(), *operation.log());
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
    return operation.FailUsage();
  }
  return RunApplyWithPlan(command, false);
}

int RunDestroy(CommandContext& command) {
  if (command.options.operands().empty()) return RunApplyWithPlan(command, true);
  Operation operation(command, "OperationTypeApply");
  operation.diagnostics().Error(
      "Too many command line arguments",
      "destroy takes no arguments but options. A plan made with -destroy is carried out by apply.");
  return operation.FailUsage();
}

}  // namespace

std::string GreenTitle(std::string_view text, const view::Style& style) {
  return fmt::format("{}{}{}\n{}{}", style.Reset(), style.Bold(), style.Green(), text, style.Reset());
}

bool Operation::CarryOutSilently(engine::run::ApplyResult& result) {
  result = engine::run::Apply(*context_, plan_, *state_, diagnostics_);
  KeepErroredState(command_, result, diagnostics_);
  state_.reset();
  if (diagnostics_.HasErrors()) return false;
  ShowDiagnostics();
  return true;
}

int RunApplyWithPlan(CommandContext& command, bool destroy) {
  Operation operation(command, "OperationTypeApply");
  operation.WarnOfStateOption();
  if (operation.log() && !command.options.Flag("auto-approve"))
    operation.diagnostics().Error(
        "Plan file or auto-approve required",
        "With -json nobody can be asked for approval. Apply a saved plan, or add -auto-approve.");
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
  if (operation.plan().Applyable() && !auto_approve) {
    operation.ShowDiagnostics();
    if (!operation.Approve()) return operation.Fail();
  } else {
    // The plan's warnings come with those of the apply; what check blocks said is asked again there.
    std::erase_if(operation.diagnostics().mutable_items(), [](const base::diag::Diagnostic& diagnostic) {
      return diagnostic.origin == base::diag::Origin::kCheckBlock;
    });
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
    .logs_json = true,
};

const Command kDestroyCommand = {
    .name = "destroy",
    .synopsis = "Destroy previously-created infrastructure",
    .usage = "parterre [global options] destroy [options]",
    .help = "Destroys everything that the state holds, after showing it and asking.",
    .options = kOptions,
    .run = RunDestroy,
    .main = true,
    .logs_json = true,
};

}  // namespace cli::commands
