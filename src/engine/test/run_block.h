// One run block: validates, plans, applies if so wanted, and holds the outcome against assertions and
// expectations; and later destroys what it was the last to change. Not the order of runs, nor who owns which
// state (file_runner.h). Used by file_runner.
#pragma once

#include <memory>

#include "engine/run/plan.h"
#include "engine/test/assertions.h"
#include "engine/test/file_context.h"

namespace engine::test {

using StatePtr = std::shared_ptr<const state::State>;

class RunBlock {
 public:
  // All must outlive this.
  RunBlock(FileContext& file, RunResult& result);

  // Status, diagnostics and what is to be shown go to the result. The state afterwards; null where the run
  // did not come so far as to change it.
  StatePtr Execute(const StatePtr& before);
  // Destroys everything in the state; what is left.
  StatePtr Destroy(const StatePtr& state, Diagnostics& diagnostics);

 private:
  StatePtr Plan(const StatePtr& before);
  StatePtr Apply(const StatePtr& before, const changes::Plan& plan);
  bool Prepare(Diagnostics& diagnostics);
  bool TakeVariables(bool warn, Diagnostics& diagnostics);
  std::optional<run::PlanOptions> OptionsOfPlan(Diagnostics& diagnostics) const;
  void TellOfCreates(const changes::Plan& plan) const;
  // False when there is nothing to go on with.
  bool Take(Diagnostics found);
  void TakeAssessment(Assessment assessment);

  FileContext& file_;
  RunResult& result_;
  const config::TestRun& run_;
  RunValues values_;
  ValuesScope provider_scope_;
  std::unique_ptr<RunSubstitutes> substitutes_;
  run::Hooks hooks_;  // nobody listens
  run::RunContext context_;
  std::map<std::string, Value> other_variables_;
};

}  // namespace engine::test
