#include "cli/commands/apply.h"
#include "cli/commands/operation.h"
#include "cli/view/json_plan_log.h"
#include "cli/view/state_view.h"
#include "engine/run/apply.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    PARTERRE_LOG_OPTIONS,
    PARTERRE_STATE_OPTIONS,
    PARTERRE_PLAN_OPTIONS,
    {"destroy", session::OptionKind::kFlag, "", "Accepted for compatibility."},
};

bool HasManaged(const engine::state::State& state) {
  for (const engine::state::ResourceState& resource : state.resources)
    if (resource.resource.mode == language::address::ResourceMode::kManaged) return true;
  return false;
}

// As they are kept, whoever set them.
std::vector<std::pair<std::string, language::value::Value>> Printable(const engine::state::State& state) {
  std::vector<std::pair<std::string, language::value::Value>> outputs;
  for (const auto& [name, output] : state.outputs)
    outputs.emplace_back(
        name, output.sensitive ? output.value.WithMarks(language::value::kSensitive) : output.value);
  return outputs;
}

int RunRefresh(CommandContext& command) {
  Operation operation(command, "OperationTypeRefresh");
  if (!command.options.operands().empty()) {
    operation.diagnostics().Error(
        "Too many command line arguments",
        "refresh takes no arguments but options. To refresh in another folder, use -chdir.");
    return operation.FailUsage();
  }
  operation.WarnOfStateOption();
  engine::run::PlanOptions options = ReadPlanOptions(command, false, operation.diagnostics());
  options.mode = engine::changes::Mode::kRefreshOnly;
  options.refresh = true;
  if (operation.diagnostics().HasErrors() || !operation.LoadConfiguration({.check_references = false}) ||
      !operation.ReadVariables() || !operation.OpenState() || !operation.Validate())
    return operation.Fail();
  if (!HasManaged(*operation.state().initial()))
    operation.diagnostics().Warning("Empty or non-existent state",
                                    "The state holds no objects, so that there is nothing to refresh.");
  if (!operation.MakePlan(options)) return operation.Fail();
  // Outputs that the configuration no longer has are taken away by an apply only.
  std::erase_if(operation.plan().outputs, [](const engine::changes::OutputChange& output) {
    return output.action == engine::changes::Action::kDelete;
  });
  engine::run::ApplyResult result;
  if (!operation.CarryOutSilently(result)) return operation.Fail();
  if (view::JsonLog* log = operation.log()) {
    view::LogOutputs(Printable(result.state), *log);
    return 0;
  }
  if (const std::string outputs = view::RenderOutputs(Printable(result.state)); !outputs.empty())
    command.terminal.Print(GreenTitle("Outputs:\n\n", command.terminal.style()) + outputs);
  return 0;
}

}  // namespace

const Command kRefreshCommand = {
    .name = "refresh",
    .synopsis = "Update the state to match remote systems",
    .usage = "parterre [global options] refresh [options]",
    .help =
        "Reads all objects and writes what they are like now into the state, without asking. \"parterre "
        "apply\n"
        "-refresh-only\" does the same, and shows first what has changed.",
    .options = kOptions,
    .run = RunRefresh,
    .logs_json = true,
};

}  // namespace cli::commands
