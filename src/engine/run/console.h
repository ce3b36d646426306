// Console: the values of a configuration as an expression at the top of the root module sees them, read from
// the state without planning anything. Changes nothing. Used by `console`; with -plan it looks into a plan
// instead (PlanOptions::inspect), and by queries (query.h).
#pragma once

#include <memory>

#include "base/diag/diagnostics.h"
#include "engine/run/context.h"
#include "engine/run/scope.h"
#include "engine/state/state.h"

namespace engine::run {

class Console {
 public:
  enum class Eagerness : uint8_t { kEverything, kWhatIsAsked };
  // kEverything: variables, locals, outputs and repetitions are evaluated at once, so that their mistakes are
  // told of now. What failed is unknown to the expressions asked later. Resources have the values that the
  // state holds, and are unknown where it holds none. `context` and `state` (never null) must outlive the
  // console.
  Console(const RunContext& context, std::shared_ptr<const state::State> state, Diagnostics& diagnostics,
          Eagerness eagerness = Eagerness::kEverything);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  const language::eval::Scope& scope() const { return *root_; }
  ModuleScope& root() { return *root_; }
  ProviderPool& providers() { return providers_; }

 private:
  void EvaluateAll(ModuleScope& scope, Diagnostics& diagnostics);
  void Materialize(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics);

  std::shared_ptr<const state::State> state_;
  ProviderPool providers_;
  ScopeContext scope_context_;
  std::unique_ptr<ModuleScope> root_;
};

}  // namespace engine::run
