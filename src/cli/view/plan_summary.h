// The short form of a plan: what is destroyed or replaced and why, then counts by type and by module.
// Not the plan body (plan_view.h). Used by plan -summary.
#pragma once

#include <string>

#include "cli/view/style.h"
#include "engine/changes/plan.h"

namespace cli::view {

// Instances of one resource that meet the same fate share a line.
std::string RenderPlanSummary(const engine::changes::Plan& plan, const Style& style);

// What forces a replacement, or why something goes: "triggers_replace", "tainted", "not in configuration";
// empty where there is nothing to say.
std::string ShortReason(const engine::changes::ResourceChange& change);

}  // namespace cli::view
