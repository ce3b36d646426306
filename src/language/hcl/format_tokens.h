// The token stream of a file as the formatter sees it, after the rewrites that change tokens.
// Whitespace is not decided here (format.cc). Used by the formatter only.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "language/hcl/token.h"

namespace language::hcl {

struct FormatToken {
  std::string_view text;
  TokenKind kind;
  uint32_t spaces = 0;  // before it
};

struct FormatTokens {
  std::vector<FormatToken> tokens;  // views into the source and into `made`
  std::deque<std::string> made;
  uint32_t spaces_at_end = 0;
};

// The tokens with "${x}" unwrapped where it is all of an argument's value, legacy types of variables brought
// up to date, and block labels quoted. The text must parse.
FormatTokens RewriteTokens(std::string_view source);

// +1 for tokens that open a bracket or template sequence, -1 for those that close one.
inline int BracketChange(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOpenBrace:
    case TokenKind::kOpenBracket:
    case TokenKind::kOpenParenthesis:
    case TokenKind::kTemplateControl:
    case TokenKind::kTemplateInterpolation:
      return 1;
    case TokenKind::kCloseBrace:
    case TokenKind::kCloseBracket:
    case TokenKind::kCloseParenthesis:
    case TokenKind::kTemplateSequenceEnd:
      return -1;
    default:
      return 0;
  }
}

// Line terminators, and the comments that hold one.
inline bool EndsLine(const FormatToken& token) {
  return token.kind == TokenKind::kNewline ||
         (token.kind == TokenKind::kComment && token.text.ends_with('\n'));
}

}  // namespace language::hcl
