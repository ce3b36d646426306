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

// The lines shown are those that the reference shows: a line is part of it also where the place ends exactly
// at the line's first byte, or begins at its terminator; empty lines never are.
Snippet MakeSnippet(const File& file, Span highlight, Span shown) {
  const base::text::SourceBuffer& source = file.source();
  Snippet snippet;
  // One before: what stands at the very start of a block is not yet inside of it.
  if (highlight.begin > 0) snippet.context = file.ContextAt(highlight.begin - 1);
  uint32_t code_begin = highlight.begin;
  const int last = source.PositionAt(shown.end).line;
  for (int line = source.PositionAt(shown.begin).line; line <= last && snippet.code.size() < kMaxSnippet;
       ++line) {
    const std::string_view text = source.Line(line);
    if (text.empty()) continue;
    if (snippet.start_line == 0) {
      snippet.start_line = line;
      code_begin = source.LineStart(line);
    } else {
      snippet.code += '\n';
    }
    snippet.code += text.substr(0, kMaxSnippet);
  }
  if (snippet.start_line == 0) snippet.start_line = source.PositionAt(highlight.begin).line;
  const int64_t size = static_cast<int64_t>(snippet.code.size());
  const int64_t start = static_cast<int64_t>(highlight.begin) - code_begin;
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
