#include "base/diag/diagnostics.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/diag/order.h"

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

constexpr size_t kMuchCode = 8 << 20;
constexpr int kNear = 200;

// Leaves some bytes before and behind what is highlighted.
void ShortenSnippet(Snippet* snippet) {
  const auto continues = [&](size_t at) {
    return at < snippet->code.size() && (static_cast<unsigned char>(snippet->code[at]) & 0xC0) == 0x80;
  };
  size_t begin = static_cast<size_t>(std::max(0, snippet->highlight_start - kNear));
  size_t end = std::min(snippet->code.size(), static_cast<size_t>(snippet->highlight_start) + 2 * kNear);
  while (continues(begin)) ++begin;
  while (continues(end)) --end;
  const std::string_view before = std::string_view(snippet->code).substr(0, begin);
  for (size_t at = before.find('\n'); at != std::string_view::npos; at = before.find('\n', at + 1))
    ++snippet->start_line;
  snippet->code = snippet->code.substr(begin, end - begin);
  const int size = static_cast<int>(snippet->code.size());
  snippet->highlight_start = std::min(snippet->highlight_start - static_cast<int>(begin), size);
  snippet->highlight_end = std::min(snippet->highlight_end - static_cast<int>(begin), size);
}

struct Fold {
  size_t first;  // index among the kept
  int more;
};

}  // namespace

void Diagnostics::Add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++errors_;
  if (diagnostic.snippet) {
    if (code_size_ > kMuchCode && diagnostic.snippet->code.size() > size_t{4 * kNear})
      ShortenSnippet(&*diagnostic.snippet);
    code_size_ += diagnostic.snippet->code.size();
  }
  items_.push_back(std::move(diagnostic));
}

void Diagnostics::Error(std::string_view summary, std::string_view detail) {
  Add({.severity = Severity::kError, .summary = std::string(summary), .detail = std::string(detail)});
}

void Diagnostics::Warning(std::string_view summary, std::string_view detail) {
  Add({.severity = Severity::kWarning, .summary = std::string(summary), .detail = std::string(detail)});
}

void Diagnostics::Append(Diagnostics other) {
  if (items_.empty()) {
    *this = std::move(other);
    return;
  }
  for (Diagnostic& diagnostic : other.items_) Add(std::move(diagnostic));
}

void Diagnostics::SetAddress(std::string_view address, size_t first) {
  for (size_t i = first; i < items_.size(); ++i) {
    if (items_[i].address.empty()) items_[i].address = address;
  }
}

void Diagnostics::DemoteErrors() {
  for (Diagnostic& diagnostic : items_) {
    diagnostic.demoted = diagnostic.demoted || diagnostic.severity == Severity::kError;
    diagnostic.severity = Severity::kWarning;
  }
  errors_ = 0;
}

void Diagnostics::SetConditionOf(std::string_view address, size_t first, bool demoted) {
  for (size_t i = first; i < items_.size(); ++i) {
    if (!items_[i].condition_of.empty()) continue;
    items_[i].condition_of = address;
    items_[i].demoted = items_[i].demoted || demoted;
  }
}

std::vector<Diagnostic> SortedByPlace(const Diagnostics& diagnostics) {
  std::vector<Diagnostic> sorted = diagnostics.items();
  std::stable_sort(sorted.begin(), sorted.end(), Before);
  return sorted;
}

Diagnostics SortedForDisplay(const Diagnostics& diagnostics) {
  std::vector<Diagnostic> sorted = SortedByPlace(diagnostics);
  std::vector<Diagnostic> kept;
  std::map<std::string, Fold, std::less<>> folds;
  for (Diagnostic& diagnostic : sorted) {
    if (diagnostic.severity == Severity::kWarning && diagnostic.subject &&
        diagnostic.origin != Origin::kCheckBlock) {
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
