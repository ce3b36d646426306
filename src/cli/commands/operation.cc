#include "cli/commands/operation.h"

#include "cli/commands/prompt.h"
#include "cli/session/provider_versions.h"
#include "cli/view/compact_warnings.h"
#include "cli/view/diagnostics_view.h"
#include "engine/run/validate.h"

namespace cli::commands {

using engine::changes::Mode;
using engine::config::VariableOption;

Operation::Operation(CommandContext& command, std::string lock_operation)
    : command_(command), lock_operation_(std::move(lock_operation)), progress_(command.terminal) {
  schema_pool_ = std::make_unique<engine::run::ProviderPool>(command.session.providers());
  schemas_ = MakeSchemaLookup(*schema_pool_);
}

Operation::~Operation() = default;

bool Operation::LoadConfiguration() {
  if (!command_.session.LoadConfiguration(diagnostics_)) return false;
  session::CheckProviderVersions(command_.session.configuration(), command_.session.files(), diagnostics_);
  return !diagnostics_.HasErrors();
}

std::vector<VariableOption> Operation::VariableOptions() const {
  std::vector<VariableOption> options;
  for (const auto& [name, text] : command_.options.given())
    if (name == "var" || name == "var-file") options.push_back({name == "var-file", text});
  return options;
}

bool Operation::TakeVariables(const std::vector<std::pair<std::string, language::value::Value>>& planned) {
  variables_ = command_.session.PlannedVariables(planned, VariableOptions(), diagnostics_);
  return !diagnostics_.HasErrors();
}

bool Operation::ReadVariables() {
  session::Session::Ask ask;
  bool input = command_.options.Flag("input", true) &&
               command_.session.environment().Get("TF_INPUT") != "0" &&
               command_.session.environment().Get("TF_INPUT") != "false";
  if (input)
    ask = [&](const engine::config::Variable& variable) { return AskForVariable(command_, variable); };
  variables_ = command_.session.Variables(VariableOptions(), ask, diagnostics_);
  return !diagnostics_.HasErrors();
}

bool Operation::OpenState() {
  backend_ = command_.session.OpenBackend(command_.options, diagnostics_);
  std::string workspace = command_.session.Workspace(diagnostics_);
  if (diagnostics_.HasErrors()) return false;
  engine::backend::SessionOptions options;
  options.operation = lock_operation_;
  options.lock = command_.options.Flag("lock", true);
  options.stop = command_.session.stop();
  options.on_lock_wait = [&] {
    command_.terminal.Print("Acquiring state lock. This may take a few moments...\n");
    command_.terminal.Flush();
  };
  if (std::string timeout = command_.options.Text("lock-timeout", "0s"); timeout != "0s") {
    auto duration = ParseDuration(timeout);
    if (!duration)
      diagnostics_.Error("Invalid option",
                         "-lock-timeout takes a duration such as 30s or 2m, not \"" + timeout + "\".");
    else
      options.lock_timeout = *duration;
  }
  if (diagnostics_.HasErrors()) return false;
  state_ = engine::backend::OpenSession(backend_->Storage(workspace), options, diagnostics_);
  if (!state_) return false;
  const engine::state::Recovery& recovery = state_->recovery();
  if (!recovery.recovered.empty()) {
    std::string names;
    for (const auto& address : recovery.recovered) names += "\n  - " + address.ToString();
    diagnostics_.Warning(
        "Results of an interrupted run recovered",
        "An earlier run ended before it could write the state. Its journal held these results, which are in "
        "the state now:" +
            names);
  }
  return true;
}

void Operation::MakeContext() {
  context_ = command_.session.MakeContext(variables_, progress_,
                                          static_cast<int>(command_.options.Number("parallelism", 10)));
}

bool Operation::Validate() {
  MakeContext();
  if (context_->parallelism < 1)
    diagnostics_.Error("Invalid option", "-parallelism must be at least 1.");
  else
    engine::run::Validate(*context_, diagnostics_);
  return !diagnostics_.HasErrors();
}

bool Operation::MakePlan(engine::run::PlanOptions options) {
  options.in_doubt = state_->recovery().in_doubt;
  result_ = engine::run::MakePlan(*context_, state_->initial(), options, diagnostics_);
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
  return LoadConfiguration() && (options.mode == Mode::kDestroy || HasConfiguration()) && ReadVariables() &&
         OpenState() && Validate();
}

void Operation::ShowPlan() {
  command_.terminal.Print(view::RenderPlan(plan_, schemas_, command_.terminal.style()));
  command_.terminal.Print(ForecastNote(result_.forecast));
}

void Operation::ShowDiagnostics() {
  if (diagnostics_.empty()) return;
  if (command_.options.Flag("compact-warnings") && !diagnostics_.HasErrors())
    command_.terminal.Print(view::RenderCompactWarnings(diagnostics_));
  else
    view::ShowDiagnostics(diagnostics_, command_.terminal);
  diagnostics_ = {};
}

int Operation::Fail() {
  state_.reset();
  ShowDiagnostics();
  return 1;
}

bool Operation::Approve() {
  Question question{
      .title = "Do you want to perform these actions?",
      .text = "Parterre will perform the actions described above.\nOnly 'yes' will be accepted to approve."};
  if (plan_.mode == Mode::kDestroy)
    question = {.title = "Do you really want to destroy all resources?",
                .text =
                    "Parterre will destroy all your managed infrastructure, as shown above.\n"
                    "There is no undo. Only 'yes' will be accepted to confirm."};
  if (plan_.mode == Mode::kRefreshOnly)
    question = {
        .title = "Would you like to update the Parterre state to reflect these detected changes?",
        .text =
            "Parterre will write these changes to the state without modifying any real infrastructure.\n"
            "There is no undo. Only 'yes' will be accepted to confirm."};
  if (context_->workspace != "default") {
    question.title.pop_back();
    question.title += fmt::format(" in workspace \"{}\"?", context_->workspace);
  }
  auto answer = Ask(command_, question);
  if (!answer.ok()) {
    diagnostics_.Error("Error asking for approval", answer.error().message());
    return false;
  }
  if (*answer == "yes") return true;
  command_.terminal.Print(plan_.mode == Mode::kDestroy ? "Destroy cancelled.\n" : "Apply cancelled.\n");
  return false;
}

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

std::optional<base::core::Duration> ParseDuration(std::string_view text) {
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    double number = std::strtod(std::string(text.substr(0, digits)).c_str(), nullptr);
    text.remove_prefix(digits);
    static constexpr std::pair<std::string_view, double> kUnits[] = {{"ms", 1e6}, {"us", 1e3}, {"ns", 1},
                                                                     {"s", 1e9},  {"m", 6e10}, {"h", 3.6e12}};
    bool found = false;
    for (const auto& [unit, nanoseconds] : kUnits) {
      if (!text.starts_with(unit)) continue;
      total += number * nanoseconds;
      text.remove_prefix(unit.size());
      found = true;
      break;
    }
    if (!found) return std::nullopt;
  }
  return base::core::Duration(static_cast<int64_t>(total));
}

}  // namespace cli::commands
