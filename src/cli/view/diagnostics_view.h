// Diagnostics as people read them: boxes with colour, plain text without; and as the JSON of `validate
// -json`. The only place that renders them. Used by all commands.
#pragma once

#include <string>

#include "base/diag/diagnostics.h"
#include "cli/view/style.h"

namespace cli::view {

// One diagnostic, with the blank lines around it, as the reference prints it.
std::string RenderDiagnostic(const base::diag::Diagnostic& diagnostic, const Style& style);

// All, in display order: warnings to standard output, errors to standard error.
void ShowDiagnostics(const base::diag::Diagnostics& diagnostics, Terminal& terminal);

// The JSON document of `validate -json`, with a final newline.
std::string ValidateJson(const base::diag::Diagnostics& diagnostics);

}  // namespace cli::view
