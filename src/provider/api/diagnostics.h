// What a provider has to say: errors and warnings that may point at an attribute.
// Not a diagnostic of the user's sources: the engine finds the place. Part of Provider (provider.h).
#pragma once

#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "language/value/value.h"

namespace provider::api {

using base::diag::Diagnostics;
using language::value::Path;
using language::value::Value;

// A diagnostic of a provider may point at an attribute; the engine resolves it to source.
struct ProviderDiagnostic {
  base::diag::Severity severity = base::diag::Severity::kError;
  std::string summary;
  std::string detail;
  Path attribute;
};
using ProviderDiagnostics = std::vector<ProviderDiagnostic>;
bool HasErrors(const ProviderDiagnostics& diagnostics);

}  // namespace provider::api
