#include "cli/commands/operation.h"

#include "base/core/product.h"
#include "cli/commands/prompt.h"
#include "cli/commands/state_access.h"
#include "cli/session/provider_requirements.h"
#include "cli/session/provider_versions.h"
#include "cli/view/compact_warnings.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/json_plan_log.h"
#include "cli/view/json_progress.h"
#include "cli/view/progress_view.h"
#include "engine/run/validate.h"

namespace cli::commands {

using engine::changes::Mode;
using engine::config::VariableOption;

Operation::Operation(CommandContext& command, std::string lock_operation, bool quiet,
                     std::unique_ptr<engine::run::Hooks> progress)
    : command_(command), lock_operation_(std::move(lock_operation)), progress_(std::move(progress)) {
  if (quiet) {
    progress_ = std::make_unique<engine::run::Hooks>();
  } else if (command.options.Flag("json")) {
    log_.emplace(command.terminal);
    log_->Version();
    progress_ = std::make_unique<view::JsonProgress>(command.terminal);
  } else if (!progress_) {
    progress_ =
        std::make_unique<view::ProgressView>(command.terminal, std::chrono::seconds(10), &command.live);
  }
  schema_pool_ = std::make_unique<engine::run::ProviderPool>(command.session.providers());
  schemas_ = MakeSchemaLookup(*schema_pool_);
}

Operation::~Operation() = default;

void Operation::WarnOfStateOption() {
  if (!command_.options.Has("state")) return;
  diagnostics_.Warning(
      "Deprecated flag: -state",
      "Use `path` attribute within the `local` backend instead:\n"
      "https://developer.hashicorp.com/terraform/language/v1.10.x/settings/backends/local#path");
  ShowDiagnostics();
}

bool Operation::LoadConfiguration(const engine::config::LoadOptions& options) {
  view::Waiting waiting(command_.live, "Reading the configuration");
  if (!command_.session.LoadConfiguration(diagnostics_, options)) return false;
  // At once; the configuration's own warnings come at the end.
  base::diag::Diagnostics development;
  command_.session.plugins().WarnOfDevelopment(development);
  if (log_)
    log_->Diagnostics(development);
  else
    view::ShowDiagnostics(development, command_.terminal);
  session::CheckProviderVersions(command_.session.configuration(), command_.session.files(),
                                 command_.session.plugins(), diagnostics_);
  if (!diagnostics_.HasErrors())
    session::CheckPlugins(command_.session.configuration(), command_.session.plugins(), diagnostics_);
  return !diagnostics_.HasErrors();
}

std::vector<VariableOption> Operation::VariableOptions() const {
  std::vector<VariableOption> options;
  for (const auto& [name, text] : command_.options.given())
    if (name == "var" || name == "var-file") options.push_back({name == "var-file", text});
  return options;
}

bool Operation::TakeVariables(const engine::changes::Plan& plan) {
  variables_ = command_.session.PlannedVariables(plan.variables, plan.ephemeral_variables, VariableOptions(),
                                                 diagnostics_);
  return !diagnostics_.HasErrors();
}

bool Operation::ReadVariables(bool allow_unset) {
  session::Session::Ask ask;
  bool input = !allow_unset && !log_ && command_.options.Flag("input", true) &&
               command_.session.environment().Get("TF_INPUT") != "0" &&
               command_.session.environment().Get("TF_INPUT") != "false";
  if (input)
    ask = [&](const engine::config::Variable& variable) { return AskForVariable(command_, variable); };
  variables_ = command_.session.Variables(VariableOptions(), ask, diagnostics_, allow_unset);
  return !diagnostics_.HasErrors();
}

bool Operation::OpenState(bool runs) {
  backend_ = command_.session.OpenBackend(command_.options, diagnostics_);
  diagnostics_.Append(command_.session.TakeEncryptionWarnings());
  std::string workspace = command_.session.Workspace(diagnostics_);
  if (diagnostics_.HasErrors()) return false;
  if (runs && !backend_->AllowUse(workspace, {.runs = true}, diagnostics_)) return false;
  state_ = commands::OpenSession(command_, *backend_, workspace, lock_operation_, diagnostics_);
  return state_ != nullptr;
}

void Operation::MakeContext() {
  constexpr int kUsual = 10;
  const int wanted = static_cast<int>(command_.options.Number("parallelism", kUsual));
  context_ = command_.session.MakeContext(variables_, *progress_, wanted == 0 ? kUsual : wanted);
}

bool Operation::Validate() {
  MakeContext();
  if (context_->parallelism < 1)
    diagnostics_.Error("Invalid parallelism value", "-parallelism must be at least 1.");
  else {
    view::Waiting waiting(command_.live, "Checking the configuration");
    engine::run::Validate(*context_, diagnostics_, /*for_plan=*/true);
  }
  return !diagnostics_.HasErrors();
}

bool Operation::MakePlan(engine::run::PlanOptions options) {
  options.in_doubt = state_->recovery().in_doubt;
  result_ = engine::run::MakePlan(*context_, state_->initial(), options, diagnostics_);
  command_.live.End();
  plan_ = std::move(result_.plan);
  return !plan_.errored;
}

bool Operation::HasConfiguration() {
  if (!command_.session.configuration().root->module->files.empty()) return true;
  diagnostics_.Error(
      "No configuration files",
      "There are no .tf files in this folder, so that applying would mean to destroy everything "
      "there is. If that is what you want, use destroy; else write a configuration first.");
  return false;
}

bool Operation::Prepare(const engine::run::PlanOptions& options) {
  return LoadConfiguration({.check_references = false}) && ReadVariables() &&
         (options.mode == Mode::kDestroy || HasConfiguration()) && OpenState() && Validate();
}

void Operation::ShowPlan() {
  if (log_)
    view::LogPlan(plan_, *log_);
  else
    view::RenderPlan(plan_, schemas_, command_.terminal.style(),
                     [&](std::string_view part) { command_.terminal.Print(part); });
  Print(ForecastNote(result_.forecast));
}

void Operation::Print(std::string_view text) {
  if (text.empty()) return;
  if (log_)
    log_->Message(base::core::Trim(text));
  else
    command_.terminal.Print(text);
}

void Operation::ShowDiagnostics() {
  if (diagnostics_.empty()) return;
  if (log_)
    log_->Diagnostics(diagnostics_);
  else if (command_.options.Flag("compact-warnings") && !diagnostics_.HasErrors())
    command_.terminal.Print(view::RenderCompactWarnings(diagnostics_, command_.terminal.style()));
  else
    view::ShowDiagnostics(diagnostics_, command_.terminal);
  diagnostics_ = {};
}

int Operation::Fail() {
  state_.reset();
  ShowDiagnostics();
  return 1;
}

int Operation::FailUsage() {
  Fail();
  return kPointToHelp;
}

bool Operation::Approve() {
  const std::string place =
      context_->workspace == "default" ? "" : fmt::format(" for \"{}\"", context_->workspace);
  Question question{
      .title = "\nDo you want to perform these actions?",
      .text = base::core::Spoken(
          "Parterre will perform the actions described above.\nOnly 'yes' will be accepted to approve.")};
  if (plan_.mode == Mode::kDestroy)
    question = {
        .title = "\nDo you really want to destroy all resources?",
        .text = base::core::Spoken("Parterre will destroy all your managed infrastructure, as shown above.\n"
                                   "There is no undo. Only 'yes' will be accepted to confirm.")};
  if (plan_.mode == Mode::kRefreshOnly)
    question = {
        .title = fmt::format("\nWould you like to update the {} state{} to reflect these detected changes?",
                             base::core::ProductName(), place),
        .text = base::core::Spoken(
            "Parterre will write these changes to the state without modifying any real infrastructure.\n"
            "There is no undo. Only 'yes' will be accepted to confirm.")};
  if (plan_.mode != Mode::kRefreshOnly && context_->workspace != "default") {
    question.title.pop_back();
    question.title += fmt::format(" in workspace \"{}\"?", context_->workspace);
  }
  question.always = true;  // as the reference does, whatever -input says
  auto answer = Ask(command_, question);
  if (!answer.ok()) {
    if (answer.error().message() == kEndOfInput)
      diagnostics_.Error("error asking for approval: EOF",
                         "The input ended before the question was answered.");
    else
      diagnostics_.Error("Error asking for approval", answer.error().message());
    return false;
  }
  if (*answer == "yes") return true;
  command_.terminal.Print(plan_.mode == Mode::kDestroy ? "Destroy cancelled.\n" : "Apply cancelled.\n");
  return false;
}

namespace {

// What -target and -exclude name.
std::vector<language::address::Target> ReadTargets(const CommandContext& command, std::string_view option,
                                                   Diagnostics& diagnostics) {
  std::vector<language::address::Target> targets;
  for (const auto& [name, text] : command.options.given()) {
    if (name != option) continue;
    auto target = language::address::ParseTarget(text);
    if (target.ok())
      targets.push_back(std::move(*target));
    else
      diagnostics.Error(fmt::format("Invalid {} \"{}\"", option, text), target.error().message());
  }
  return targets;
}

}  // namespace

engine::run::PlanOptions ReadPlanOptions(CommandContext& command, bool destroy, Diagnostics& diagnostics) {
  engine::run::PlanOptions options;
  bool refresh_only = command.options.Flag("refresh-only");
  destroy = destroy || command.options.Flag("destroy");
  if (destroy && refresh_only)
    diagnostics.Error("Incompatible plan mode options",
                      "-destroy and -refresh-only cannot be used together.");
  if (destroy) options.mode = Mode::kDestroy;
  if (refresh_only) options.mode = Mode::kRefreshOnly;
  options.refresh = command.options.Flag("refresh", true);
  if (refresh_only && !options.refresh)
    diagnostics.Error("Incompatible refresh options",
                      "-refresh-only without refreshing would do nothing: leave out -refresh=false.");
  for (const auto& [name, text] : command.options.given()) {
    if (name != "replace") continue;
    auto address = language::address::ParseResourceInstance(text);
    if (address.ok())
      options.replace.push_back(std::move(*address));
    else
      diagnostics.Error("Invalid force-replace address \"" + text + "\"", address.error().message());
  }
  if (!options.replace.empty() && options.mode != Mode::kNormal)
    diagnostics.Error("Unsupported plan mode", "-replace cannot be used with -destroy or -refresh-only.");
  options.targets = ReadTargets(command, "target", diagnostics);
  options.excludes = ReadTargets(command, "exclude", diagnostics);
  if (!options.targets.empty() && !options.excludes.empty())
    diagnostics.Error("Invalid combination of arguments",
                      "-target and -exclude cannot be used together. Keep one of both.");
  options.generate_config = command.options.Has("generate-config-out");
  return options;
}

view::SchemaLookup MakeSchemaLookup(engine::run::ProviderPool& pool) {
  return [&pool](const language::address::Provider& provider, const language::address::Resource& resource) {
    Diagnostics ignored;
    return pool.FindSchema(provider, resource, ignored);
  };
}

std::string ForecastNote(const provider::api::Forecast& forecast) {
  constexpr std::chrono::seconds kWorthSaying{10};
  if (forecast.duration < kWorthSaying) return "";
  return fmt::format("\nApplying this takes about {} calls and {} at the present rate limits.\n",
                     forecast.calls, view::ElapsedText(forecast.duration));
}

std::string RateLimitNote(const provider::api::Usage& usage) {
  if (usage.waits == 0) return "";
  return fmt::format("\nOkta API: {} calls, waited {} time{} ({:.1f} s) for the rate limit.\n", usage.calls,
                     usage.waits, usage.waits == 1 ? "" : "s",
                     std::chrono::duration<double>(usage.waited).count());
}

}  // namespace cli::commands
