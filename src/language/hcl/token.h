// The tokens of HCL native syntax: what the lexer makes, the parser reads and the formatter moves about.
// Without text of their own: begin and end are byte offsets into the source.
// Used inside language/hcl only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text/source.h"

namespace language::hcl {

using base::text::Span;

enum class TokenKind : uint8_t {
  kComment,  // # and // with their line terminator; /* */
  kNewline,
  kEof,

  kIdentifier,
  kNumber,
  kOpenQuote,
  kCloseQuote,
  kQuotedLiteral,          // text between quotes, escapes still encoded
  kStringLiteral,          // text of heredocs and bare templates, at most one line
  kOpenHeredoc,            // <<EOT or <<-EOT with the line terminator
  kCloseHeredoc,           // the marker with the blanks around it, without the line terminator
  kTemplateInterpolation,  // ${ or ${~
  kTemplateControl,        // %{ or %{~
  kTemplateSequenceEnd,    // } or ~}

  kOpenBrace,
  kCloseBrace,
  kOpenBracket,
  kCloseBracket,
  kOpenParenthesis,
  kCloseParenthesis,

  kEqual,
  kFatArrow,
  kColon,
  kDoubleColon,
  kComma,
  kDot,
  kEllipsis,
  kQuestion,

  kOr,
  kAnd,
  kEqualEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kPercent,
  kBang,

  // Never valid, but told apart so that the diagnostic can help.
  kBitwiseAnd,
  kBitwiseOr,
  kBitwiseNot,
  kBitwiseXor,
  kApostrophe,
  kBacktick,
  kSemicolon,
  kQuotedNewline,
  kBadUtf8,
  kInvalid,
};

struct Token {
  uint32_t begin;
  uint32_t end;
  TokenKind kind;
  Span span() const { return {begin, end}; }
};

inline std::string_view TokenText(std::string_view source, const Token& token) {
  return source.substr(token.begin, token.end - token.begin);
}

}  // namespace language::hcl
