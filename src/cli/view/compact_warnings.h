// The short form of warnings that -compact-warnings asks for. Not for runs with errors, which show
// everything. Used by plan and apply.
#pragma once

#include <string>

#include "base/diag/diagnostics.h"
#include "cli/view/style.h"

namespace cli::view {

// "Warnings:" and a line or two for each summary; those of one summary with a source are counted. Empty for
// no warnings.
std::string RenderCompactWarnings(const base::diag::Diagnostics& diagnostics, const Style& style);

}  // namespace cli::view
