// Explanations of planned changes in words, and as JSON. Not how they are found (engine/run/why.h).
// Used by the command why.
#pragma once

#include <string>

#include "cli/view/style.h"
#include "engine/run/why.h"

namespace cli::view {

std::string RenderExplanation(const engine::run::Explanation& explanation, const Style& style);

// One object, indented, with a final newline. Values that are sensitive are left out.
std::string ExplanationJson(const engine::run::Explanation& explanation);

}  // namespace cli::view
