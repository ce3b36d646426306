#include "language/hcl/file.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/core/strings.h"

namespace language::hcl {
namespace {

using base::diag::Diagnostic;
using base::diag::Severity;
using base::diag::Snippet;

// A tree takes about twice its text. Expressions of a few bytes get by with a small arena.
size_t ArenaHint(size_t text_size) { return std::clamp<size_t>(text_size * 2, 512, 64 * 1024); }

// Lines beyond this many bytes are cut: a hostile one-line file must not be copied into every diagnostic.
constexpr size_t kMaxSnippet = 64 * 1024;

// The first and last 1-based lines that the span touches.
std::pair<int, int> LinesOf(const base::text::SourceBuffer& source, Span span) {
  const int first = source.PositionAt(span.begin).line;
  const int last = source.PositionAt(span.end > span.begin ? span.end - 1 : span.end).line;
  return {first, std::max(first, last)};
}

Snippet MakeSnippet(const File& file, Span highlight, Span shown) {
  const base::text::SourceBuffer& source = file.source();
  const auto [first, last] = LinesOf(source, shown);
  Snippet snippet;
  // One before: what stands at the very start of a block is not yet inside of it.
  if (highlight.begin > 0) snippet.context = file.ContextAt(highlight.begin - 1);
  snippet.start_line = first;
  for (int line = first; line <= last && snippet.code.size() < kMaxSnippet; ++line) {
    if (line > first) snippet.code += '\n';
    snippet.code += source.Line(line).substr(0, kMaxSnippet);
  }
  const int64_t size = static_cast<int64_t>(snippet.code.size());
  const int64_t start = static_cast<int64_t>(highlight.begin) - source.LineStart(first);
  snippet.highlight_start = static_cast<int>(std::clamp<int64_t>(start, 0, size));
  snippet.highlight_end = static_cast<int>(
      std::clamp<int64_t>(start + (highlight.end - highlight.begin), snippet.highlight_start, size));
  return snippet;
}

}  // namespace

File::File(std::string name, std::string text)
    : source_(std::move(name), std::move(text)), arena_(ArenaHint(source_.text().size())) {}

File::~File() {
  for (value::Value* value : owned_values_) std::destroy_at(value);
}

std::string File::ContextAt(uint32_t offset) const {
  if (body_ == nullptr) return "";
  const auto after =
      std::ranges::upper_bound(body_->blocks, offset, {}, [](const Block& b) { return b.span.begin; });
  if (after == body_->blocks.begin()) return "";
  const Block& block = *std::prev(after);
  if (offset >= block.span.end) return "";
  std::string text(block.type);
  for (const Label& label : block.labels) {
    text += ' ';
    text += base::core::GoQuote(label.text);
  }
  return text;
}

const Attribute* Body::FindAttribute(std::string_view name) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

Diagnostic MakeDiagnostic(Severity severity, std::string summary, std::string detail, const File& file,
                          Span subject) {
  return MakeDiagnostic(severity, std::move(summary), std::move(detail), file, subject, subject);
}

Diagnostic MakeDiagnostic(Severity severity, std::string summary, std::string detail, const File& file,
                          Span subject, Span context) {
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.summary = std::move(summary);
  diagnostic.detail = std::move(detail);
  diagnostic.subject = file.source().RangeOf(subject);
  // An empty place is shown one byte wide.
  Span highlight = subject;
  if (highlight.begin == highlight.end) {
    ++highlight.end;
    ++diagnostic.subject->end.byte;
    ++diagnostic.subject->end.column;
  }
  diagnostic.snippet = MakeSnippet(file, highlight, base::text::Cover(highlight, context));
  return diagnostic;
}

void AddError(base::diag::Diagnostics& diagnostics, std::string summary, std::string detail, const File& file,
              Span subject) {
  diagnostics.Add(MakeDiagnostic(Severity::kError, std::move(summary), std::move(detail), file, subject));
}

}  // namespace language::hcl
