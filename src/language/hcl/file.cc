#include "language/hcl/file.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/core/memory.h"
#include "base/core/strings.h"
#include "language/hcl/parser.h"

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
  // Inside of a string with line breaks, as the reference counts them.
  if (file.is_json()) snippet.start_line = file.RangeOf(shown).start.line;
  const int64_t size = static_cast<int64_t>(snippet.code.size());
  const int64_t start = static_cast<int64_t>(highlight.begin) - code_begin;
  snippet.highlight_start = static_cast<int>(std::clamp<int64_t>(start, 0, size));
  snippet.highlight_end = static_cast<int>(
      std::clamp<int64_t>(start + (highlight.end - highlight.begin), snippet.highlight_start, size));
  return snippet;
}

// The last of the values, which come in the order of the file, that begins before the offset if it is an
// object or array and holds the offset.
template <typename Items, typename Value>
auto Around(const Items& items, uint32_t offset, const Value& value_of) {
  auto at =
      std::ranges::upper_bound(items, offset, {}, [&](const auto& i) { return value_of(i)->span.begin; });
  if (at == items.begin()) return items.end();
  const Expression& value = *value_of(*--at);
  const bool container = value.kind == ExpressionKind::kObject || value.kind == ExpressionKind::kTuple;
  return container && offset < value.span.end ? at : items.end();
}

// The path of the objects and arrays around the offset: `resource.t.n[0]`.
std::string JsonContextAt(const Expression& root, uint32_t offset) {
  std::string path;
  for (const Expression* at = &root; at != nullptr;) {
    const Expression* inner = nullptr;
    if (const ObjectExpression* object = AsObject(*at)) {
      const auto item = Around(object->items, offset, [](const ObjectItem& i) { return i.value; });
      if (item != object->items.end()) {
        if (!path.empty()) path += '.';
        path += As<JsonTextExpression>(*item->key).text;
        inner = item->value;
      }
    } else if (const TupleExpression* tuple = AsTuple(*at)) {
      const auto element = Around(tuple->elements, offset, [](const Expression* e) { return e; });
      if (element != tuple->elements.end()) {
        path += '[' + std::to_string(element - tuple->elements.begin()) + ']';
        inner = *element;
      }
    }
    at = inner;
  }
  return path;
}

}  // namespace

File::File(std::string name, std::string text)
    : source_(std::make_shared<const base::text::SourceBuffer>(std::move(name), std::move(text))),
      arena_(ArenaHint(source_->text().size()), base::core::LargePageResource()) {}

File::File(FilePtr whole) : source_(whole->source_), whole_(std::move(whole)), arena_(ArenaHint(0)) {}

File::~File() {
  for (value::Value* value : owned_values_) std::destroy_at(value);
}

base::text::Range File::RangeOf(Span span) const {
  if (whole_ != nullptr) return whole_->RangeOf(span);
  if (!json_) return source_->RangeOf(span);
  return {name(), PositionOf(span.begin), PositionOf(span.end)};
}

base::text::Position File::PositionOf(uint32_t offset) const {
  const auto after = std::ranges::upper_bound(decoded_texts_, offset, {}, &DecodedText::begin);
  const DecodedText* inside = after == decoded_texts_.begin() ? nullptr : &*std::prev(after);
  if (inside != nullptr && offset - inside->begin > inside->text.size()) inside = nullptr;

  const uint32_t plain = inside == nullptr ? offset : inside->begin;
  base::text::Position position = source_->PositionAt(plain);
  if (!plain_columns_) {
    const uint32_t line_start = source_->LineStart(position.line);
    const std::string_view before = source_->text().substr(line_start, position.byte - line_start);
    position.column += static_cast<int>(std::ranges::count(before, '\t') - std::ranges::count(before, '\r'));
  }
  if (inside == nullptr) return position;

  const base::text::SourceBuffer text("", std::string(inside->text));
  const base::text::Position within = text.PositionAt(offset - inside->begin);
  position.column = within.line == 1 ? position.column + within.column - 1 : within.column;
  position.line += within.line - 1;
  position.byte = static_cast<int>(offset);
  return position;
}

void File::Keep(std::shared_ptr<const void> storage) const {
  const std::scoped_lock lock(kept_mutex_);
  kept_.push_back(std::move(storage));
}

std::string File::ContextAt(uint32_t offset) const {
  if (whole_ != nullptr) return whole_->ContextAt(offset);
  if (body_ == nullptr) return "";
  if (body_->json != nullptr) return JsonContextAt(*body_->json, offset);
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
  diagnostic.subject = file.RangeOf(subject);
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
