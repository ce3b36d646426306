// Diagnostics as people read them: boxes with colour, plain text without; and as the JSON of `validate
// -json`. The only place that renders them; not the short form of warnings (compact_warnings.h).
// Used by all commands.
#pragma once

#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "cli/view/style.h"

namespace cli::view {

// One diagnostic, with the blank lines around it, as the reference prints it.
std::string RenderDiagnostic(const base::diag::Diagnostic& diagnostic, const Style& style);

// Those of one severity, one after the other. Where more than ten have the same summary and detail, the first
// five, and one that tells how many more there are and whom they concern: two thousand users without
// credentials are one mistake.
std::string RenderDiagnostics(const std::vector<const base::diag::Diagnostic*>& diagnostics,
                              const Style& style);

// All, in display order: warnings to standard output, errors to standard error.
void ShowDiagnostics(const base::diag::Diagnostics& diagnostics, Terminal& terminal);

// One diagnostic as compact JSON.
std::string DiagnosticJson(const base::diag::Diagnostic& diagnostic);
// The JSON document of `validate -json`, with a final newline.
std::string ValidateJson(const base::diag::Diagnostics& diagnostics);

}  // namespace cli::view
