#include <fmt/format.h>

#include "language/eval/evaluate.h"

namespace language::eval {

void LocalScope::Set(std::string name, value::Value value) {
  for (auto& [known, current] : names_) {
    if (known != name) continue;
    current = std::move(value);
    return;
  }
  names_.emplace_back(std::move(name), std::move(value));
}

std::optional<Scope::Resolved> LocalScope::Resolve(const Reference& reference, const hcl::File& file,
                                                   base::diag::Diagnostics& diagnostics) const {
  for (const auto& [name, value] : names_) {
    if (name == reference.root) return Resolved{value, 0};
  }
  if (parent_) return parent_->Resolve(reference, file, diagnostics);
  hcl::AddError(diagnostics, "Unknown variable",
                names_.empty() ? "Variables may not be used here."
                               : fmt::format("There is no variable named \"{}\".", reference.root),
                file, reference.root_span);
  return std::nullopt;
}

}  // namespace language::eval
