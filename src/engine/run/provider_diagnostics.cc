#include "engine/run/provider_diagnostics.h"

#include "language/eval/evaluate.h"

namespace engine::run {

void AppendProviderDiagnostics(const provider::api::ProviderDiagnostics& list, const BlockSource& source,
                               std::string_view address, base::diag::Diagnostics& diagnostics) {
  for (const provider::api::ProviderDiagnostic& item : list) {
    base::diag::Diagnostic diagnostic{
        .severity = item.severity, .summary = item.summary, .detail = item.detail};
    if (source.file) {
      std::optional<language::hcl::Span> span;
      if (!item.attribute.empty()) span = language::eval::SpanOfPath(*source.body, item.attribute);
      diagnostic = language::hcl::MakeDiagnostic(item.severity, item.summary, item.detail, *source.file,
                                                 span.value_or(source.body->end_span));
    }
    diagnostic.address = address;
    diagnostics.Add(std::move(diagnostic));
  }
}

}  // namespace engine::run
