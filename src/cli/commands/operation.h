// What plan, apply and destroy have in common: configuration, variables, state lock, validation, plan, its
// picture, approval. Not for commands that only read the state (read_state.h).
// Used by plan.cc and apply.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/commands/command.h"
#include "cli/commands/state_access.h"
#include "cli/view/json_log.h"
#include "cli/view/plan_view.h"
#include "engine/backend/session.h"
#include "engine/changes/plan.h"
#include "engine/run/apply.h"
#include "engine/run/context.h"
#include "engine/run/plan.h"

namespace cli::commands {

using base::diag::Diagnostics;

// Options that all of them take.
#define PARTERRE_COMMON_OPTIONS                                                           \
  {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."}, \
      {"input", session::OptionKind::kFlag, "", "Ask for values that are missing. Default: true."}
#define PARTERRE_LOG_OPTIONS \
  {"json", session::OptionKind::kFlag, "", "Tell everything as lines of JSON. Nothing is asked: see -input."}
#define PARTERRE_STATE_OPTIONS PARTERRE_LOCK_OPTIONS, PARTERRE_STATE_PATH_OPTIONS
#define PARTERRE_PLAN_OPTIONS                                                                                \
  {"var", session::OptionKind::kList, "'foo=bar'", "Set a root variable; may be given often."},              \
      {"var-file", session::OptionKind::kList, "filename",                                                   \
       "Read root variables from a file; may be given often."},                                              \
      {"no-progress", session::OptionKind::kFlag, "",                                                        \
       "No line at the end of the terminal that shows how far things are."},                                 \
      {"refresh", session::OptionKind::kFlag, "", "Read all objects before planning. Default: true."},       \
      {"refresh-only", session::OptionKind::kFlag, "", "Only bring the state up to date with what exists."}, \
      {"replace", session::OptionKind::kList, "resource", "Replace this instance; may be given often."},     \
      {"target", session::OptionKind::kList, "resource",                                                     \
       "Only this module, resource or instance, and what it depends on; may be given often."},               \
      {"exclude", session::OptionKind::kList, "resource",                                                    \
       "All but this module, resource or instance, and what depends on it; may be given often."},            \
      {"parallelism", session::OptionKind::kNumber, "n", "How many operations run at once. Default: 10."},   \
      {"compact-warnings", session::OptionKind::kFlag, "", "Show warnings by their summaries only."}

// One locked run. Members are filled in the order of the steps; what could not be had stays empty.
class Operation {
 public:
  // quiet: neither progress nor the log of -json, for commands that have a document of their own to print.
  // progress: other lines than those of plan and apply.
  Operation(CommandContext& command, std::string lock_operation, bool quiet = false,
            std::unique_ptr<engine::run::Hooks> progress = nullptr);
  ~Operation();

  // To be said before anything else: that -state is an option of the past.
  void WarnOfStateOption();
  // Each false after errors, which Fail() or Finish() shows.
  bool LoadConfiguration(const engine::config::LoadOptions& options = {});
  // allow_unset: nobody is asked for missing ones, which are unknown.
  bool ReadVariables(bool allow_unset = false);
  // Instead of ReadVariables: those of a saved plan.
  bool TakeVariables(const engine::changes::Plan& plan);
  // `runs`: to plan, apply or import; else to look at it under its lock.
  bool OpenState(bool runs = true);
  void MakeContext();
  bool Validate();
  bool MakePlan(engine::run::PlanOptions options);
  // All of the above.
  bool Prepare(const engine::run::PlanOptions& options);
  // For runs that show no plan: applies it at once and prints the diagnostics. False after errors.
  bool CarryOutSilently(engine::run::ApplyResult& result);

  void ShowPlan();
  void ShowDiagnostics();
  // Shows what is left to show; 1.
  int Fail();
  // After mistakes in the command line alone.
  int FailUsage();
  // True for `yes`. With -auto-approve nothing is asked; with -input=false it is an error.
  bool Approve();

  Diagnostics& diagnostics() { return diagnostics_; }
  engine::backend::Session& state() { return *state_; }
  engine::run::RunContext& context() { return *context_; }
  engine::changes::Plan& plan() { return plan_; }
  const engine::run::PlanResult& result() const { return result_; }
  void UsePlan(engine::changes::Plan plan) { plan_ = std::move(plan); }
  const view::SchemaLookup& schemas() const { return schemas_; }
  engine::run::Hooks& progress() { return *progress_; }
  // Null unless -json is given: then all that is told goes here.
  view::JsonLog* log() { return log_ ? &*log_ : nullptr; }
  // Text for people; a line of the log with -json. Empty ones are left out.
  void Print(std::string_view text);
  void ReleaseState() { state_.reset(); }

 private:
  bool HasConfiguration();
  std::vector<engine::config::VariableOption> VariableOptions() const;

  CommandContext& command_;
  const std::string lock_operation_;
  Diagnostics diagnostics_;
  std::optional<view::JsonLog> log_;
  std::unique_ptr<engine::run::Hooks> progress_;
  std::map<std::string, language::value::Value> variables_;
  std::optional<engine::run::RunContext> context_;
  std::unique_ptr<engine::backend::Backend> backend_;
  std::unique_ptr<engine::backend::Session> state_;
  std::unique_ptr<engine::run::ProviderPool> schema_pool_;
  view::SchemaLookup schemas_;
  engine::run::PlanResult result_;
  engine::changes::Plan plan_;
};

// Plan options of the command line. Errors go to the operation's diagnostics.
engine::run::PlanOptions ReadPlanOptions(CommandContext& command, bool destroy, Diagnostics& diagnostics);

// A schema lookup over providers that are made when they are asked for.
view::SchemaLookup MakeSchemaLookup(engine::run::ProviderPool& pool);

// What applying will cost, where that is long enough to want to know; else empty.
std::string ForecastNote(const provider::api::Forecast& forecast);

// What the run cost, for the user to know why it took so long: a line of its own, or nothing if no call
// waited.
std::string RateLimitNote(const provider::api::Usage& usage);

}  // namespace cli::commands
