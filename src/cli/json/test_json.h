// Plans and states of test runs as the log of `test -verbose -json` carries them.
// Not its other lines (cli/view/json_test_view.h). Used by cli/commands test.
#pragma once

#include <string>

#include "base/core/result.h"
#include "cli/json/schema_json.h"
#include "engine/changes/plan.h"

namespace cli::json {

// On one line, with the schemas of all providers that are given.
base::core::Result<std::string> TestPlanJson(const engine::changes::Plan& plan, const Schemas& schemas,
                                             const Providers& providers);
base::core::Result<std::string> TestStateJson(const engine::state::State& state, const Schemas& schemas,
                                              const Providers& providers);

}  // namespace cli::json
