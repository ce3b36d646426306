// The style sheet and script of the page of a plan (assets/), as texts in the program.
// Used by plan_page.cc.
#pragma once

#include <string_view>

namespace cli::view {

extern const std::string_view kPlanPageStyle, kPlanPageScript;

}  // namespace cli::view
