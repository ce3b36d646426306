// MakePlan: from configuration and state to a Plan: refresh, then evaluate and plan resource by resource.
// Changes nothing anywhere. Called by cli commands plan, apply and destroy.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/changes/plan.h"
#include "engine/run/context.h"
#include "engine/state/session.h"
#include "engine/state/state.h"
#include "language/eval/evaluate.h"

namespace engine::run {

class ModuleScope;

struct PlanOptions {
  changes::Mode mode = changes::Mode::kNormal;
  bool refresh = true;
  std::vector<language::address::ResourceInstance> replace;  // -replace
  std::vector<language::address::Target> targets, excludes;  // -target or -exclude: one of both at most
  bool generate_config = false;                              // import targets without configuration get one
  // The import command: an object that exists becomes that of a configured instance. With mode kRefreshOnly,
  // and instead of the configuration's import blocks.
  struct RequestedImport {
    language::address::ResourceInstance address;
    std::string id;
  };
  std::optional<RequestedImport> import;
  // Creates that a run which died had begun: looked for at the provider, adopted if found.
  std::vector<state::Intent> in_doubt;
  // Called once the plan is made, errors or not, with what the root module's names mean in it; may be empty.
  std::function<void(ModuleScope&)> inspect;
};

struct PlanResult {
  changes::Plan plan;       // plan.errored after errors
  bool walked = false;      // the walk was made: there is something to show even after errors
  bool considered = false;  // anything was planned, be it that nothing changes
  provider::api::Usage usage;
  provider::api::Forecast forecast;
};

// `previous` is never null (an empty State for none).
PlanResult MakePlan(const RunContext& context, std::shared_ptr<const state::State> previous,
                    const PlanOptions& options, base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
