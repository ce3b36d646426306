// How conditions came out, as documents show it: "checks".
// Not as states keep it (engine/run/check_results.h), which is where it comes from.
// Used by state_json.cc and plan_json.cc.
#pragma once

#include <string_view>

#include "base/json/writer.h"

namespace cli::json {

// The member "checks"; nothing where there are no results. Other texts than CheckResults::ToJson's give
// nothing.
// asked: whether the conditions were asked at all; else all are unknown.
void WriteChecks(std::string_view check_results, bool asked, base::json::Writer& json);

}  // namespace cli::json
