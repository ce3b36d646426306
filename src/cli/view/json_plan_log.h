// Plans, their outcomes and outputs as lines of a `-json` log: resource_drift, planned_change,
// change_summary, outputs. Not plans as documents (cli/json). Used by plan, apply, destroy and refresh.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "cli/view/json_log.h"
#include "engine/changes/plan.h"
#include "engine/run/apply.h"

namespace cli::view {

// Drift, changes, summary and changes of outputs, in this order.
void LogPlan(const engine::changes::Plan& plan, JsonLog& log);

// The changes alone, as an apply of a saved plan tells them.
void LogPlannedActions(const engine::changes::Plan& plan, JsonLog& log);

// operation: "apply", or "destroy" for the command of this name.
void LogApplySummary(const engine::run::ApplyResult& result, std::string_view operation, JsonLog& log);

// Values of outputs; sensitive ones by type only.
void LogOutputs(const std::vector<std::pair<std::string, language::value::Value>>& outputs, JsonLog& log);

}  // namespace cli::view
