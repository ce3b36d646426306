// Problems of the CLI configuration, which are told before it is known how the command wants its output: in
// boxes, without colours. Not those of a project's configuration (diagnostics_view.h). Used by program.cc.
#pragma once

#include <string>

#include "base/diag/diagnostics.h"

namespace cli::view {

// Layout of the reference, with the blank lines behind it. The list must not be empty.
std::string SettingsProblems(const base::diag::Diagnostics& problems);

}  // namespace cli::view
