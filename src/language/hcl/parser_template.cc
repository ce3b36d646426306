// Quoted strings, heredocs and bare templates.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text/suggest.h"
#include "base/text/unicode.h"
#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

using base::text::Cover;
using base::text::Span;

std::string_view TrimRight(std::string_view text) {
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && (static_cast<uint8_t>(text[start]) & 0xC0) == 0x80)
      --start;
    if (!base::text::IsSpace(base::text::DecodeRune(text.substr(start)).value)) break;
    text.remove_suffix(text.size() - start);
  }
  return text;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// --- text of literals

// One escape sequence at the backslash: appends what it means and returns its length.
size_t Parser::DecodeEscape(std::string_view text, size_t at, const Token& token, std::string* out) {
  const auto span = [&](size_t length) {
    const uint32_t begin = token.begin + static_cast<uint32_t>(at);
    return Span{begin, begin + static_cast<uint32_t>(length)};
  };
  const std::string_view rest = text.substr(at + 1);
  switch (rest.empty() ? '\0' : rest[0]) {
    case 'n':
      out->push_back('\n');
      return 2;
    case 'r':
      out->push_back('\r');
      return 2;
    case 't':
      out->push_back('\t');
      return 2;
    case '"':
      out->push_back('"');
      return 2;
    case '\\':
      out->push_back('\\');
      return 2;
    case 'u':
    case 'U': {
      const size_t wanted = rest[0] == 'u' ? 4 : 8;
      size_t digits = 0;
      uint32_t code = 0;
      while (digits < wanted && digits + 1 < rest.size() && HexDigit(rest[digits + 1]) >= 0) {
        code = code * 16 + static_cast<uint32_t>(HexDigit(rest[++digits]));
      }
      if (digits == wanted && (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))) {
        Report(
            "Invalid escape sequence",
            fmt::format(
                "There is no character U+{:04x}; characters go to U+10ffff, without U+d800 to U+dfff.", code),
            span(digits + 2));
      } else if (digits == wanted) {
        base::text::AppendRune(static_cast<char32_t>(code), out);
      } else {
        Report("Invalid escape sequence",
               fmt::format("The escape sequence \\{} must be followed by {} hexadecimal digits.", rest[0],
                           wanted == 4 ? "four" : "eight"),
               span(digits + 2));
        out->append(text.substr(at, digits + 2));
      }
      return digits + 2;
    }
    default:
      break;
  }
  if (rest.empty()) {
    Report("Invalid escape sequence",
           "A backslash must be followed by what it escapes. For a backslash, write \\\\.", span(1));
    out->push_back('\\');
    return 1;
  }
  const size_t length = static_cast<size_t>(base::text::DecodeRune(rest).length);
  Report("Invalid escape sequence",
         fmt::format("\\{} is not an escape sequence; there are \\n, \\r, \\t, \\\", \\\\, \\uNNNN and "
                     "\\UNNNNNNNN. For a "
                     "backslash, write \\\\.",
                     rest.substr(0, length)),
         span(length + 1));
  out->append(rest.substr(0, length));
  return length + 1;
}

// The text that a literal token stands for. Not copied where nothing is escaped.
std::string_view Parser::DecodeLiteral(const Token& token) {
  const std::string_view text = Text(token);
  // $${ and %%{ are tokens of their own, perhaps with a ~ or a line terminator behind.
  if (text.size() >= 3 && text[1] == text[0] && text[2] == '{' && (text[0] == '$' || text[0] == '%')) {
    return text.substr(1);
  }
  if (token.kind != TokenKind::kQuotedLiteral) return text;
  size_t at = text.find('\\');
  if (at == std::string_view::npos) return text;
  std::string decoded;
  decoded.reserve(text.size());
  size_t copied = 0;
  while (at != std::string_view::npos) {
    decoded.append(text.substr(copied, at - copied));
    copied = at + DecodeEscape(text, at, token, &decoded);
    at = text.find('\\', copied);
  }
  decoded.append(text.substr(copied));
  return arena_->NewText(decoded);
}

// --- quoted strings and heredocs

const Expression* Parser::ParseQuotedOrHeredoc() {
  const Token open = Read();
  if (open.kind == TokenKind::kOpenQuote) {
    // The common case: one literal, or nothing, and the closing quote.
    const Token first = tokens_[next_];
    if (first.kind == TokenKind::kCloseQuote) {
      ++next_;
      expressions_.push_back(NewText("", {first.begin, first.begin}));
    } else if (first.kind == TokenKind::kQuotedLiteral && tokens_[next_ + 1].kind == TokenKind::kCloseQuote) {
      next_ += 2;
      expressions_.push_back(NewText(DecodeLiteral(first), first.span()));
    }
    if (next_ >= 2 && tokens_[next_ - 1].kind == TokenKind::kCloseQuote) {
      TemplateExpression text;
      text.kind = ExpressionKind::kTemplate;
      text.span = Cover(open.span(), tokens_[next_ - 1].span());
      text.parts = arena_->NewSpan(expressions_, expressions_.size() - 1);
      return arena_->New(text);
    }
  }
  const TokenKind end =
      open.kind == TokenKind::kOpenQuote ? TokenKind::kCloseQuote : TokenKind::kCloseHeredoc;
  const bool flush = open.kind == TokenKind::kOpenHeredoc && CharAt(open.begin + 2) == '-';
  return ParseTemplateUntil(end, flush, open.span());
}

// Behind the opening (an empty span where there is none), through the closing token.
const Expression* Parser::ParseTemplateUntil(TokenKind end, bool flush, Span open) {
  const Level level(*this);
  if (!level.ok()) return Placeholder(PreviousSpan());
  const size_t base = parts_.size();
  const Span span = Cover(open, ReadTemplateParts(end));
  if (flush) FlushIndentation(base);
  const size_t count = parts_.size() - base;
  const Expression* built = nullptr;
  if (count == 2 && parts_[base].kind == TemplatePart::Kind::kInterpolation) {
    built =
        arena_->New(TemplateWrapExpression{{ExpressionKind::kTemplateWrap, span}, parts_[base].expression});
  } else {
    const size_t expressions_base = expressions_.size();
    for (size_t at = base; parts_[at].kind != TemplatePart::Kind::kEnd;)
      expressions_.push_back(BuildPart(&at));
    TemplateExpression text;
    text.kind = ExpressionKind::kTemplate;
    text.span = span;
    text.parts = arena_->NewSpan(expressions_, expressions_base);
    built = arena_->New(text);
  }
  parts_.resize(base);
  return built;
}

// `${~` and `%{~` take the blanks at the end of the literal before them.
void Parser::TrimBefore(const Token& open, bool can_trim, size_t base) {
  if (!can_trim || open.end - open.begin != 3 || parts_.size() == base) return;
  TemplatePart& part = parts_.back();
  if (part.kind == TemplatePart::Kind::kLiteral) part.text = TrimRight(part.text);
}

// Collects the parts, and a kEnd behind them. Returns the span from the first through the closing token.
Span Parser::ReadTemplateParts(TokenKind end) {
  const size_t base = parts_.size();
  const Span start = Peek().span();
  bool trim_next = false;
  bool can_trim_previous = false;
  Span stop;
  for (;;) {
    const Token next = Read();
    stop = next.span();
    if (next.kind == end) break;
    const bool trim = std::exchange(trim_next, false);
    const bool can_trim = std::exchange(can_trim_previous, false);
    if (next.kind == TokenKind::kStringLiteral || next.kind == TokenKind::kQuotedLiteral) {
      std::string_view text = DecodeLiteral(next);
      if (trim) text = TrimBlanksLeft(text);
      parts_.push_back({.kind = TemplatePart::Kind::kLiteral, .span = next.span(), .text = text});
      can_trim_previous = true;
    } else if (next.kind == TokenKind::kTemplateInterpolation) {
      TrimBefore(next, can_trim, base);
      ReadInterpolation(next, end, start, &trim_next);
    } else if (next.kind == TokenKind::kTemplateControl) {
      TrimBefore(next, can_trim, base);
      ReadControl(next, start, &trim_next);
    } else {
      ReportUnlessRecovering(
          "Unterminated template string",
          end == TokenKind::kCloseHeredoc
              ? "The line with the closing marker of this text is missing, or is not followed by a "
                "line break."
              : "The closing quote of this text is missing.",
          next.span(), Cover(start, next.span()));
      stop = Recover(end).span();
      break;
    }
  }
  if (parts_.size() == base) {
    parts_.push_back({.kind = TemplatePart::Kind::kLiteral, .span = {stop.begin, stop.begin}});
  }
  parts_.push_back({.kind = TemplatePart::Kind::kEnd, .span = stop});
  return Cover(start, stop);
}

void Parser::ReadInterpolation(const Token& open, TokenKind end, Span template_start, bool* trim_next) {
  const NewlineScope newlines(*this, false);
  const Expression* expression = ParseExpression();
  const Token close = Peek();
  const Span context = Cover(template_start, close.span());
  constexpr std::string_view kUnclosed = "Unclosed template interpolation sequence";
  constexpr std::string_view kExtra = "Extra characters after interpolation expression";
  if (close.kind == TokenKind::kTemplateSequenceEnd) {
    Read();
    *trim_next = close.end - close.begin == 2;
  } else {
    const bool at_quote = close.kind == TokenKind::kCloseQuote || close.kind == TokenKind::kOpenQuote;
    if (close.kind == TokenKind::kEof) {
      ReportUnlessRecovering(kUnclosed, "The \"}\" that closes the sequence is missing.", template_start);
    } else if (at_quote && end == TokenKind::kCloseQuote) {
      ReportUnlessRecovering(kUnclosed,
                             "The \"}\" that closes the sequence is missing before the end of the text.",
                             template_start);
    } else if (close.kind == TokenKind::kColon) {
      ReportUnlessRecovering(
          kExtra,
          "A colon has no meaning here. If the sequence belongs to another language, escape its "
          "beginning: $${ instead of ${.",
          close.span(), context);
    } else {
      ReportUnlessRecovering(
          kExtra,
          "The expression is complete before this place; a \"}\" is expected here. If the sequence "
          "belongs to another language, such as the shell's, escape its beginning: $${ instead of "
          "${.",
          close.span(), context);
    }
    Recover(TokenKind::kTemplateSequenceEnd);
  }
  parts_.push_back({.kind = TemplatePart::Kind::kInterpolation,
                    .span = Cover(open.span(), close.span()),
                    .expression = expression});
}

// --- directives

// Behind %{.
void Parser::ReadControl(const Token& open, Span template_start, bool* trim_next) {
  const NewlineScope newlines(*this, false);
  const Token keyword = Peek();
  TemplatePart part{};
  if (keyword.kind != TokenKind::kIdentifier) {
    ReportUnlessRecovering(
        "Invalid template directive",
        "A directive begins with if, else, endif, for or endfor. For the characters %{ themselves, "
        "write %%{.",
        keyword.span(), Cover(open.span(), keyword.span()));
    Recover(TokenKind::kTemplateSequenceEnd);
    return;
  }
  Read();
  if (!ReadControlHead(open, keyword, &part)) {
    Recover(TokenKind::kTemplateSequenceEnd);
    return;
  }
  part.span = Cover(open.span(), Peek().span());
  parts_.push_back(part);
  ReadControlEnd(keyword, template_start, trim_next);
}

bool Parser::ReadControlHead(const Token& open, const Token& keyword, TemplatePart* part) {
  using Kind = TemplatePart::Kind;
  const std::string_view name = Text(keyword);
  if (name == "if") {
    part->kind = Kind::kIf;
    part->expression = ParseExpression();
    return true;
  }
  if (name == "else" || name == "endif" || name == "endfor") {
    part->kind = name == "else" ? Kind::kElse : name == "endif" ? Kind::kEndIf : Kind::kEndFor;
    return true;
  }
  if (name != "for") {
    constexpr std::array<std::string_view, 5> kKeywords = {"if", "for", "else", "endif", "endfor"};
    const std::string suggestion = base::text::Suggest(name, kKeywords);
    ReportUnlessRecovering(
        "Invalid template control keyword",
        fmt::format("\"{}\" is not a directive; there are if, else, endif, for and endfor.{}", name,
                    suggestion.empty() ? "" : fmt::format(" Did you mean \"{}\"?", suggestion)),
        keyword.span(), Cover(open.span(), keyword.span()));
    return false;
  }
  const auto fail = [&](std::string_view detail) {
    ReportUnlessRecovering("Invalid 'for' directive", detail, Peek().span());
    return false;
  };
  part->kind = Kind::kFor;
  if (PeekKind() != TokenKind::kIdentifier)
    return fail("A name for the current value is expected after \"for\".");
  part->value_name = Text(Read());
  if (PeekKind() == TokenKind::kComma) {
    Read();
    if (PeekKind() != TokenKind::kIdentifier) {
      return fail("A name for the current value is expected after the comma.");
    }
    part->key_name = std::exchange(part->value_name, Text(Read()));
  }
  if (!PeekIsKeyword("in")) return fail("The keyword \"in\" and a collection are expected after the names.");
  Read();
  part->expression = ParseExpression();
  return true;
}

void Parser::ReadControlEnd(const Token& keyword, Span template_start, bool* trim_next) {
  const Token close = Peek();
  if (close.kind == TokenKind::kTemplateSequenceEnd) {
    Read();
    *trim_next = close.end - close.begin == 2;
    return;
  }
  ReportUnlessRecovering(fmt::format("Extra characters in {} marker", Text(keyword)),
                         "The directive is complete before this place; a \"}\" is expected here.",
                         close.span(), Cover(template_start, close.span()));
  Recover(TokenKind::kTemplateSequenceEnd);
}

}  // namespace language::hcl
