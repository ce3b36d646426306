// Saved plans as `show -json` prints them: changes, planned values, drift, states, configuration.
// Not the log lines of `plan -json` (cli/view/json_plan_log.h). Used by cli/commands show and test.
#pragma once

#include "base/core/result.h"
#include "cli/json/document.h"
#include "engine/changes/plan.h"
#include "engine/config/module.h"

namespace cli::json {

// The whole document with its line end. `configuration` is the one that the plan was made from. An error
// means that what came out is incomplete.
base::core::Result<void> PrintPlan(const engine::changes::Plan& plan,
                                   const engine::config::Configuration& configuration, const Schemas& schemas,
                                   const Output& output);

// What the log of `test -verbose -json` has of a plan: the members of an object that are about changes.
base::core::Result<void> WritePlanOfTest(const engine::changes::Plan& plan, const Schemas& schemas,
                                         Document& document);

}  // namespace cli::json
