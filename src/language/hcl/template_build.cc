// From the parts of a template to its expressions: indentation of <<- heredocs, matching of directives.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text/unicode.h"
#include "language/hcl/parser_impl.h"

namespace language::hcl {

using base::text::Cover;

std::string_view TrimBlanksLeft(std::string_view text) {
  while (!text.empty()) {
    const base::text::DecodedRune rune = base::text::DecodeRune(text);
    if (!base::text::IsSpace(rune.value)) break;
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
  return text;
}

// --- indentation of <<- heredocs

// Removes from each line the indentation that all lines share. A line is what follows a literal that ends
// with a newline: one that begins with a sequence has no indentation, and keeps all others from losing
// theirs.
void Parser::FlushIndentation(size_t base) {
  constexpr size_t kNone = SIZE_MAX;
  size_t shared = kNone;
  std::vector<size_t> adjustable;
  bool line_start = true;
  for (size_t i = base; i < parts_.size(); ++i) {
    const TemplatePart& part = parts_[i];
    const bool literal = part.kind == TemplatePart::Kind::kLiteral;
    const bool ends_line = literal && part.text.ends_with('\n');
    if (line_start) {
      line_start = false;
      size_t blanks = 0;
      if (literal) {
        const std::string_view trimmed = TrimBlanksLeft(part.text);
        if (trimmed.empty() && ends_line) {
          blanks = kNone;  // a blank line
        } else {
          blanks = base::text::CountGraphemes(part.text.substr(0, part.text.size() - trimmed.size()));
          adjustable.push_back(i);
        }
      } else if (part.kind == TemplatePart::Kind::kEnd) {
        break;
      }
      shared = std::min(shared, blanks);
    }
    if (ends_line) line_start = true;
  }
  if (shared == kNone || shared == 0) return;
  for (const size_t i : adjustable) {
    TemplatePart& part = parts_[i];
    for (size_t n = 0; n < shared && !part.text.empty(); ++n) {
      const size_t length = base::text::FirstGrapheme(part.text);
      part.text.remove_prefix(length);
      part.span.begin += static_cast<uint32_t>(length);
    }
  }
}

// --- matching of directives

// Neighbouring literals become one.
const Expression* Parser::BuildLiteralRun(size_t* at) {
  const TemplatePart& first = parts_[*at];
  size_t stop = *at + 1;
  while (parts_[stop].kind == TemplatePart::Kind::kLiteral) ++stop;
  const size_t start = std::exchange(*at, stop);
  if (stop == start + 1) return NewText(first.text, first.span);
  std::string text;
  for (size_t i = start; i < stop; ++i) text += parts_[i].text;
  return NewText(text, Cover(first.span, parts_[stop - 1].span));
}

const Expression* Parser::ReportUnbalanced(const TemplatePart& part, std::string_view expected) {
  using Kind = TemplatePart::Kind;
  const std::string_view name = part.kind == Kind::kElse    ? "else"
                                : part.kind == Kind::kEndIf ? "endif"
                                                            : "endfor";
  Report(fmt::format("Unexpected {} directive", name), std::string(expected), part.span);
  return Placeholder(part.span);
}

const Expression* Parser::BuildPart(size_t* at) {
  const TemplatePart& part = parts_[*at];
  switch (part.kind) {
    case TemplatePart::Kind::kLiteral:
      return BuildLiteralRun(at);
    case TemplatePart::Kind::kInterpolation:
      return parts_[(*at)++].expression;
    case TemplatePart::Kind::kIf:
      return BuildIf(at);
    case TemplatePart::Kind::kFor:
      return BuildTemplateFor(at);
    default:
      ++*at;
      return ReportUnbalanced(part, "No %{ if } or %{ for } is open here.");
  }
}

// The parts of one clause as a template of its own.
const Expression* Parser::BuildClause(size_t expressions_base, Span empty_span) {
  if (expressions_.size() == expressions_base) expressions_.push_back(NewText("", empty_span));
  TemplateExpression clause;
  clause.kind = ExpressionKind::kTemplate;
  clause.span = Cover(expressions_[expressions_base]->span, expressions_.back()->span);
  clause.parts = arena_->NewSpan(expressions_, expressions_base);
  return arena_->New(clause);
}

const Expression* Parser::BuildIf(size_t* at) {
  using Kind = TemplatePart::Kind;
  const TemplatePart open = parts_[(*at)++];
  const Level level(*this);
  const size_t base = expressions_.size();
  const Expression* if_true = nullptr;
  for (;;) {
    const TemplatePart& part = parts_[*at];
    if (part.kind == Kind::kEnd || !level.ok()) {
      expressions_.resize(base);
      Report("Unexpected end of template", "An %{ if } in this text is not closed by an %{ endif }.",
             part.span);
      return Placeholder(part.span);
    }
    if (part.kind == Kind::kEndIf) break;
    if (part.kind == Kind::kElse && if_true == nullptr) {
      if_true = BuildClause(base, {open.span.end, open.span.end});
      ++*at;
      continue;
    }
    if (part.kind == Kind::kElse || part.kind == Kind::kEndFor) {
      expressions_.resize(base);
      ++*at;
      return ReportUnbalanced(part, part.kind == Kind::kElse ? "This %{ if } already has an else clause."
                                                             : "An %{ endif } is expected first.");
    }
    expressions_.push_back(BuildPart(at));
  }
  const Span end = parts_[(*at)++].span;
  const Expression* last =
      BuildClause(base, if_true != nullptr ? Span{end.begin, end.begin} : Span{open.span.end, open.span.end});
  const Expression* if_false = last;
  if (if_true == nullptr) {
    if_true = last;
    if_false = BuildClause(base, {end.begin, end.begin});
  }
  const Span span = Cover(open.span, end);
  return arena_->New(
      ConditionalExpression{{ExpressionKind::kConditional, span}, open.expression, if_true, if_false});
}

const Expression* Parser::BuildTemplateFor(size_t* at) {
  using Kind = TemplatePart::Kind;
  const TemplatePart open = parts_[(*at)++];
  const Level level(*this);
  const size_t base = expressions_.size();
  for (;;) {
    const TemplatePart& part = parts_[*at];
    if (part.kind == Kind::kEnd || !level.ok()) {
      expressions_.resize(base);
      Report("Unexpected end of template", "A %{ for } in this text is not closed by an %{ endfor }.",
             part.span);
      return Placeholder(part.span);
    }
    if (part.kind == Kind::kEndFor) break;
    if (part.kind == Kind::kElse || part.kind == Kind::kEndIf) {
      expressions_.resize(base);
      ++*at;
      return ReportUnbalanced(part, part.kind == Kind::kElse ? "A %{ for } has no else clause."
                                                             : "An %{ endfor } is expected first.");
    }
    expressions_.push_back(BuildPart(at));
  }
  const Span end = parts_[(*at)++].span;
  ForExpression loop{};
  loop.kind = ExpressionKind::kFor;
  loop.span = Cover(open.span, end);
  loop.key_name = open.key_name;
  loop.value_name = open.value_name;
  loop.collection = open.expression;
  loop.value = BuildClause(base, {end.begin, end.begin});
  loop.open_span = open.span;
  loop.close_span = end;
  const Expression* tuple = arena_->New(loop);
  return arena_->New(TemplateForExpression{{ExpressionKind::kTemplateFor, loop.span}, tuple});
}

}  // namespace language::hcl
