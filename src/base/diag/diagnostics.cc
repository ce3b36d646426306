#include "base/diag/diagnostics.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace base::diag {
namespace {

// Terraform's order: by depth of the file's path, then its name, then bytes.
auto PlaceKey(const Diagnostic& diagnostic) {
  const text::Range& range = *diagnostic.subject;
  return std::make_tuple(std::count(range.filename.begin(), range.filename.end(), '/'),
                         std::string_view(range.filename), range.start.byte, range.end.byte);
}

bool Before(const Diagnostic& a, const Diagnostic& b) {
  if (a.severity != b.severity) return a.severity == Severity::kWarning;
  if (!a.subject || !b.subject) return !a.subject && b.subject;
  return PlaceKey(a) < PlaceKey(b);
}

struct Fold {
  size_t first;  // index among the kept
  int more;
};

}  // namespace

void Diagnostics::Add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++errors_;
  items_.push_back(std::move(diagnostic));
}

void Diagnostics::Error(std::string_view summary, std::string_view detail) {
  Add({.severity = Severity::kError, .summary = std::string(summary), .detail = std::string(detail)});
}

void Diagnostics::Warning(std::string_view summary, std::string_view detail) {
  Add({.severity = Severity::kWarning, .summary = std::string(summary), .detail = std::string(detail)});
}

void Diagnostics::Append(Diagnostics other) {
  errors_ += other.errors_;
  if (items_.empty()) {
    items_ = std::move(other.items_);
    return;
  }
  items_.insert(items_.end(), std::make_move_iterator(other.items_.begin()),
                std::make_move_iterator(other.items_.end()));
}

void Diagnostics::SetAddress(std::string_view address, size_t first) {
  for (size_t i = first; i < items_.size(); ++i) {
    if (items_[i].address.empty()) items_[i].address = address;
  }
}

void Diagnostics::DemoteErrors() {
  for (Diagnostic& diagnostic : items_) diagnostic.severity = Severity::kWarning;
  errors_ = 0;
}

Diagnostics SortedForDisplay(const Diagnostics& diagnostics) {
  std::vector<Diagnostic> sorted = diagnostics.items();
  std::stable_sort(sorted.begin(), sorted.end(), Before);
  std::vector<Diagnostic> kept;
  std::map<std::string, Fold, std::less<>> folds;
  for (Diagnostic& diagnostic : sorted) {
    if (diagnostic.severity == Severity::kWarning && diagnostic.subject) {
      auto [fold, is_first] = folds.try_emplace(diagnostic.summary, Fold{kept.size(), 0});
      if (!is_first) {
        ++fold->second.more;
        continue;
      }
    }
    kept.push_back(std::move(diagnostic));
  }
  for (const auto& [summary, fold] : folds) {
    if (fold.more == 0) continue;
    std::string& detail = kept[fold.first].detail;
    if (!detail.empty()) detail += "\n\n";
    detail += fold.more == 1 ? "(and one more similar warning elsewhere)"
                             : "(and " + std::to_string(fold.more) + " more similar warnings elsewhere)";
  }
  Diagnostics out;
  for (Diagnostic& diagnostic : kept) out.Add(std::move(diagnostic));
  return out;
}

}  // namespace base::diag
