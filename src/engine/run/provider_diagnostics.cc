#include "engine/run/provider_diagnostics.h"

#include "language/eval/evaluate.h"

namespace engine::run {

void AppendProviderDiagnostics(const provider::api::ProviderDiagnostics& list, const BlockSource& source,
                               std::string_view address, base::diag::Diagnostics& diagnostics) {
  for (const provider::api::ProviderDiagnostic& item : list) {
    base::diag::Diagnostic diagnostic{
        .severity = item.severity, .summary = item.summary, .detail = item.detail};
    if (source.file) {
      language::eval::SourcePlace place{source.file, source.body->end_span};
      if (!item.attribute.empty())
        place = language::eval::PlaceOfPath(*source.file, *source.body, item.attribute).value_or(place);
      diagnostic =
          language::hcl::MakeDiagnostic(item.severity, item.summary, item.detail, *place.file, place.span);
    }
    diagnostic.address = address;
    diagnostics.Add(std::move(diagnostic));
  }
}

}  // namespace engine::run
