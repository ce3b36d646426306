// Diagnostics and their places in one line of text, for messages that quote them.
// Not how they are shown (cli/view). Used by functions of the language that parse.
#pragma once

#include <string>

#include "base/diag/diagnostics.h"

namespace base::diag {

// "main.tf:3,5-9"; over several lines "main.tf:3,5-4,2".
std::string RangeText(const text::Range& range);

// "main.tf:3,5-9: Summary; Detail, and 2 other diagnostic(s)" of the first; "no diagnostics" without any.
std::string Summarize(const Diagnostics& diagnostics);

}  // namespace base::diag
