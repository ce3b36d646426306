#include "provider/api/provider.h"

namespace provider::api {

bool HasErrors(const ProviderDiagnostics& diagnostics) {
  for (const ProviderDiagnostic& diagnostic : diagnostics)
    if (diagnostic.severity == base::diag::Severity::kError) return true;
  return false;
}

}  // namespace provider::api
