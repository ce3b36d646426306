// The comment lines over a change: what will happen to the instance, and why.
// Not the block under them (plan_view.h). Used by plan_view.cc.
#pragma once

#include <string>

#include "cli/view/style.h"
#include "engine/changes/plan.h"

namespace cli::view {

// drift: the change has happened already, outside.
void AppendChangeComment(const engine::changes::ResourceChange& change, bool drift, const Style& style,
                         std::string* out);

}  // namespace cli::view
