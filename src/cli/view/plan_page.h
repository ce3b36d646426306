// A plan as one HTML page that needs nothing else: counts, modules, every change as the plan body shows it,
// the picture of what depends on what. Readable without script; with it, filters, search and keys. Not the
// terminal's text (plan_view.h). Used by plan -html.
#pragma once

#include <string>

#include "cli/view/plan_view.h"
#include "engine/graph/drawing.h"

namespace cli::view {

// Sensitive values are hidden as in the plan body. `drawing`: the resources of the configuration.
std::string PlanPage(const engine::changes::Plan& plan, const SchemaLookup& schemas,
                     const engine::graph::Drawing& drawing, std::string_view workspace);

}  // namespace cli::view
