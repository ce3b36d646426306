#include "base/core/files.h"
#include "base/core/product.h"
#include "cli/commands/operation.h"
#include "cli/commands/saved_plan.h"
#include "cli/view/plan_page.h"
#include "cli/view/plan_summary.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    PARTERRE_LOG_OPTIONS,
    PARTERRE_STATE_OPTIONS,
    PARTERRE_PLAN_OPTIONS,
    {"destroy", session::OptionKind::kFlag, "", "Plan to destroy everything."},
    {"detailed-exitcode", session::OptionKind::kFlag, "", "Exit code 0: no changes, 1: error, 2: changes."},
    {"generate-config-out", session::OptionKind::kText, "path",
     "Write configuration for import blocks without any to this new file."},
    {"summary", session::OptionKind::kFlag, "",
     "Instead of the plan body: what is destroyed or replaced and why, and counts by type and module."},
    {"html", session::OptionKind::kText, "path", "Also write the plan as a page for a browser."},
    {"out", session::OptionKind::kText, "path", "Save the plan, to apply exactly it later."},
};

std::string NextStep(CommandContext& command, const std::string& saved_to, const std::string& generated_to) {
  if (!command.session.environment().Get("TF_IN_AUTOMATION").empty()) return "";
  const view::Style& style = command.terminal.style();
  std::string out =
      std::string(style.DarkGray()) + "\n" + view::Rule(style) + std::string(style.Reset()) + "\n";
  if (!generated_to.empty())
    out += "\n" +
           view::Wrap(base::core::Spoken("Parterre has generated configuration and written it to ") +
                          generated_to +
                          ". Please review the configuration and edit it as necessary before adding it to "
                          "version control.",
                      style.width - 1) +
           "\n";
  if (saved_to.empty())
    return out + "\n" +
           view::Wrap(base::core::Spoken("Note: You didn't use the -out option to save this plan, so "
                                         "Parterre can't guarantee to take exactly these actions if you run "
                                         "\"parterre apply\" now."),
                      style.width - 1) +
           "\n";
  return out + fmt::format(
                   "\nSaved the plan to: {}\n\nTo perform exactly these actions, run the following command "
                   "to apply:\n"
                   "    {} apply \"{}\"\n",
                   saved_to, base::core::ProgramName(), saved_to);
}

// Readable by its owner only, as plan files are.
void WritePage(CommandContext& command, Operation& operation, const std::string& path) {
  const engine::changes::Plan& plan = operation.plan();
  const std::string page =
      view::PlanPage(plan, operation.schemas(),
                     engine::graph::DrawResources(command.session.configuration(), *plan.prior_state),
                     operation.context().workspace);
  auto written = base::core::ReplaceFile(path, page, 0600);
  if (!written.ok())
    operation.diagnostics().Error("Failed to write the plan's page", written.error().message());
  else
    operation.Print("\nThe plan as a page: " + path + "\n");
}

void ShowPlan(CommandContext& command, Operation& operation) {
  if (command.options.Flag("summary") && operation.log() == nullptr)
    command.terminal.Print(view::RenderPlanSummary(operation.plan(), command.terminal.style()));
  else
    operation.ShowPlan();
  if (const std::string path = command.options.Text("html"); !path.empty())
    WritePage(command, operation, path);
}

int RunPlan(CommandContext& command) {
  Operation operation(command, "OperationTypePlan");
  if (!command.options.operands().empty()) {
    operation.diagnostics().Error(
        "Too many command line arguments",
        "plan takes no arguments but options. To plan in another folder, use -chdir.");
    return operation.FailUsage();
  }
  operation.WarnOfStateOption();
  engine::run::PlanOptions options = ReadPlanOptions(command, false, operation.diagnostics());
  if (operation.diagnostics().HasErrors()) return operation.FailUsage();
  std::string generate_to = command.options.Text("generate-config-out");
  if (!generate_to.empty() && base::core::Exists(generate_to))
    operation.diagnostics().Error(
        "Target generated file already exists",
        generate_to + " is there already. Generated configuration is only written to a new file.");
  if (operation.diagnostics().HasErrors() || !operation.Prepare(options)) {
    // A value that does not fit its variable is found while planning, in the reference's eyes.
    bool value_only = !operation.diagnostics().empty();
    for (const base::diag::Diagnostic& diagnostic : operation.diagnostics().items())
      value_only = value_only && diagnostic.summary == "Invalid value for input variable";
    operation.plan().errored = true;
    if (value_only) operation.ShowPlan();
    return operation.Fail();
  }

  bool planned = operation.MakePlan(options);
  std::string generated_to;
  if (!generate_to.empty() && WriteGeneratedConfig(operation.plan(), generate_to, operation.diagnostics()))
    generated_to = generate_to;
  if (planned || operation.result().walked) ShowPlan(command, operation);
  std::string out = command.options.Text("out");
  if (!out.empty()) SavePlan(command, operation, out);
  bool changes = operation.plan().Applyable();
  bool failed = operation.plan().errored || operation.diagnostics().HasErrors();
  operation.ReleaseState();
  operation.Print(RateLimitNote(operation.result().usage));
  operation.ShowDiagnostics();
  if (changes && !failed && !operation.log()) command.terminal.Print(NextStep(command, out, generated_to));
  if (failed) return 1;
  return command.options.Flag("detailed-exitcode") && changes ? 2 : 0;
}

}  // namespace

const Command kPlanCommand = {
    .name = "plan",
    .synopsis = "Show changes required by the current configuration",
    .usage = "parterre [global options] plan [options]",
    .help =
        "Compares the configuration with the state and with what really exists, and shows\nwhat apply would "
        "change. Changes nothing.",
    .options = kOptions,
    .run = RunPlan,
    .main = true,
    .logs_json = true,
};

}  // namespace cli::commands
