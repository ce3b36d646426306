#include "base/text/suggest.h"
#include "cli/commands/load_plan.h"
#include "cli/commands/operation.h"
#include "cli/commands/saved_plan.h"
#include "cli/view/why_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    PARTERRE_STATE_OPTIONS,
    PARTERRE_PLAN_OPTIONS,
    {"destroy", session::OptionKind::kFlag, "", "Explain a plan to destroy everything."},
    {"json", session::OptionKind::kFlag, "", "Print the explanation as JSON."},
    {"plan", session::OptionKind::kText, "path", "Explain this saved plan instead of making one."},
};

bool ReadSavedPlan(CommandContext& command, Operation& operation, const std::string& path) {
  std::optional<engine::changes::SavedPlan> saved = LoadPlanFile(command, path, operation.diagnostics());
  if (!saved) return false;
  command.session.UseFiles(engine::config::MemoryFiles(saved->files));
  if (!operation.LoadConfiguration()) return false;
  if (auto checked = CheckSavedPlan(saved->plan, operation.schemas()); !checked.ok()) {
    operation.diagnostics().Error("Failed to load \"" + path + "\" as a plan file",
                                  checked.error().message());
    return false;
  }
  operation.UsePlan(std::move(saved->plan));
  return true;
}

// Nothing is written, so nothing need be said of what happens on the way but for JSON's sake.
bool MakePlan(CommandContext& command, Operation& operation) {
  engine::run::PlanOptions options = ReadPlanOptions(command, false, operation.diagnostics());
  if (operation.diagnostics().HasErrors() || !operation.Prepare(options)) return false;
  const bool planned = operation.MakePlan(options);
  operation.ReleaseState();
  return planned;
}

int RunWhy(CommandContext& command) {
  Operation operation(command, "OperationTypePlan", /*quiet=*/command.options.Flag("json"));
  if (command.options.operands().size() != 1) {
    operation.diagnostics().Error("Missing address",
                                  "why takes the address of one resource or instance: why 'okta_user.a[0]'.");
    return operation.Fail();
  }
  const std::string& text = command.options.operands()[0];
  auto address = language::address::ParseResourceInstance(text);
  if (!address.ok()) {
    operation.diagnostics().Error("Invalid address \"" + text + "\"", address.error().message());
    return operation.Fail();
  }
  const std::string path = command.options.Text("plan");
  if (path.empty() ? !MakePlan(command, operation) : !ReadSavedPlan(command, operation, path))
    return operation.Fail();
  const engine::run::WhyFinder finder(command.session.configuration(), operation.plan());
  const std::optional<engine::run::Explanation> explanation = finder.Explain(*address);
  if (!explanation) {
    const std::string near = base::text::Suggest(text, finder.KnownAddresses());
    operation.diagnostics().Error(
        "Unknown address \"" + text + "\"",
        "Neither the configuration nor the state has such a resource." +
            (near.empty() ? std::string(" state list shows what there is.") : " Did you mean " + near + "?"));
    return operation.Fail();
  }
  command.terminal.Print(command.options.Flag("json")
                             ? view::ExplanationJson(*explanation)
                             : view::RenderExplanation(*explanation, command.terminal.style()));
  return 0;
}

}  // namespace

const Command kWhyCommand = {
    .name = "why",
    .synopsis = "Explain a planned change, from its cause to what depends on it",
    .usage = "parterre [global options] why [options] ADDRESS",
    .help =
        "Plans, or takes the plan of -plan, and tells what makes the resource change: which argument, which\n"
        "expression, which other resource's change behind it, back to the first cause; and what depends on "
        "it.",
    .options = kOptions,
    .run = RunWhy,
};

}  // namespace cli::commands
