// The order of diagnostics by severity and place, none left out.
// Not what a reader is shown, where like warnings are told once (diagnostics.h).
// Used by logs.
#pragma once

#include <vector>

#include "base/diag/diagnostics.h"

namespace base::diag {

// Warnings before errors, sourceless first, then by place.
std::vector<Diagnostic> SortedByPlace(const Diagnostics& diagnostics);

}  // namespace base::diag
