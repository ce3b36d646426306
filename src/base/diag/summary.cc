#include "base/diag/summary.h"

#include <fmt/format.h>

namespace base::diag {

std::string RangeText(const text::Range& range) {
  if (range.start.line == range.end.line) {
    return fmt::format("{}:{},{}-{}", range.filename, range.start.line, range.start.column, range.end.column);
  }
  return fmt::format("{}:{},{}-{},{}", range.filename, range.start.line, range.start.column, range.end.line,
                     range.end.column);
}

std::string Summarize(const Diagnostics& diagnostics) {
  if (diagnostics.empty()) return "no diagnostics";
  const Diagnostic& first = diagnostics.items()[0];
  std::string text = first.summary + "; " + first.detail;
  if (first.subject) text = RangeText(*first.subject) + ": " + text;
  if (diagnostics.size() > 1) text += fmt::format(", and {} other diagnostic(s)", diagnostics.size() - 1);
  return text;
}

}  // namespace base::diag
