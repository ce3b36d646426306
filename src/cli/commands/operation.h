// What plan, apply and destroy have in common: configuration, variables, state lock, validation, plan, its
// picture, approval. Used by plan.cc, apply.cc, destroy.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/commands/command.h"
#include "cli/view/plan_view.h"
#include "cli/view/progress_view.h"
#include "engine/backend/session.h"
#include "engine/changes/plan.h"
#include "engine/run/context.h"
#include "engine/run/plan.h"

namespace cli::commands {

using base::diag::Diagnostics;

// Options that all of them take.
#define PARTERRE_COMMON_OPTIONS                                                           \
  {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."}, \
      {"input", session::OptionKind::kFlag, "", "Ask for values that are missing. Default: true."}
#define PARTERRE_STATE_OPTIONS                                                                          \
  {"lock", session::OptionKind::kFlag, "", "Lock the state while working on it. Default: true."},       \
      {"lock-timeout", session::OptionKind::kText, "0s", "How long to wait for a held lock: 30s, 2m."}, \
      {"state", session::OptionKind::kText, "path", "Read and write the state at this path."},          \
      {"state-out", session::OptionKind::kText, "path", "Write the state to another path."},            \
      {"backup", session::OptionKind::kText, "path",                                                    \
       "Where to keep the state before this run; - for nowhere."}
#define PARTERRE_PLAN_OPTIONS                                                                                \
  {"var", session::OptionKind::kList, "'foo=bar'", "Set a root variable; may be given often."},              \
      {"var-file", session::OptionKind::kList, "filename",                                                   \
       "Read root variables from a file; may be given often."},                                              \
      {"refresh", session::OptionKind::kFlag, "", "Read all objects before planning. Default: true."},       \
      {"refresh-only", session::OptionKind::kFlag, "", "Only bring the state up to date with what exists."}, \
      {"replace", session::OptionKind::kList, "resource", "Replace this instance; may be given often."},     \
      {"parallelism", session::OptionKind::kNumber, "n", "How many operations run at once. Default: 10."},   \
      {"compact-warnings", session::OptionKind::kFlag, "", "Show warnings by their summaries only."}

// One locked run. Members are filled in the order of the steps; what could not be had stays empty.
class Operation {
 public:
  Operation(CommandContext& command, std::string lock_operation);
  ~Operation();

  // Each false after errors, which Fail() or Finish() shows.
  bool LoadConfiguration();
  bool ReadVariables();
  // Instead of ReadVariables: those of a saved plan.
  bool TakeVariables(const std::vector<std::pair<std::string, language::value::Value>>& planned);
  bool OpenState();
  void MakeContext();
  bool Validate();
  bool MakePlan(engine::run::PlanOptions options);
  // All of the above.
  bool Prepare(const engine::run::PlanOptions& options);

  void ShowPlan();
  void ShowDiagnostics();
  // Shows what is left to show; 1.
  int Fail();
  // True for `yes`. With -auto-approve nothing is asked; with -input=false it is an error.
  bool Approve();

  Diagnostics& diagnostics() { return diagnostics_; }
  engine::backend::Session& state() { return *state_; }
  engine::run::RunContext& context() { return *context_; }
  engine::changes::Plan& plan() { return plan_; }
  const engine::run::PlanResult& result() const { return result_; }
  void UsePlan(engine::changes::Plan plan) { plan_ = std::move(plan); }
  const view::SchemaLookup& schemas() const { return schemas_; }
  view::ProgressView& progress() { return progress_; }
  void ReleaseState() { state_.reset(); }

 private:
  bool HasConfiguration();
  std::vector<engine::config::VariableOption> VariableOptions() const;

  CommandContext& command_;
  const std::string lock_operation_;
  Diagnostics diagnostics_;
  view::ProgressView progress_;
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

// "30s", "2m", "1h30m" as Go reads durations; nothing when malformed.
std::optional<base::core::Duration> ParseDuration(std::string_view text);

}  // namespace cli::commands
