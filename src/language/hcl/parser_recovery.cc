// What the lexer could not read, and how the parser finds its place again after a mistake.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

TokenKind OppositeOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOpenBrace:
      return TokenKind::kCloseBrace;
    case TokenKind::kOpenBracket:
      return TokenKind::kCloseBracket;
    case TokenKind::kOpenParenthesis:
      return TokenKind::kCloseParenthesis;
    case TokenKind::kOpenQuote:
      return TokenKind::kCloseQuote;
    case TokenKind::kOpenHeredoc:
      return TokenKind::kCloseHeredoc;
    case TokenKind::kTemplateInterpolation:
    case TokenKind::kTemplateControl:
      return TokenKind::kTemplateSequenceEnd;
    case TokenKind::kCloseBrace:
      return TokenKind::kOpenBrace;
    case TokenKind::kCloseBracket:
      return TokenKind::kOpenBracket;
    case TokenKind::kCloseParenthesis:
      return TokenKind::kOpenParenthesis;
    case TokenKind::kCloseQuote:
      return TokenKind::kOpenQuote;
    case TokenKind::kCloseHeredoc:
      return TokenKind::kOpenHeredoc;
    case TokenKind::kTemplateSequenceEnd:
      return TokenKind::kTemplateInterpolation;
    default:
      return TokenKind::kEof;
  }
}

}  // namespace

// Reports each sort of invalid token where it is first met, some sorts a few times.
void Parser::ReportInvalidTokens() {
  bool semicolon = false, encoding = false;
  int bitwise = 0, backticks = 0, apostrophes = 0;
  for (const Token& token : tokens_) {
    if (token.kind < TokenKind::kBitwiseAnd) [[likely]]
      continue;
    const Span at = token.span();
    switch (token.kind) {
      case TokenKind::kBitwiseAnd:
      case TokenKind::kBitwiseOr:
      case TokenKind::kBitwiseNot:
      case TokenKind::kBitwiseXor: {
        if (++bitwise > 4) break;
        std::string_view hint;
        if (token.kind == TokenKind::kBitwiseAnd) hint = " For \"both are true\", write &&.";
        if (token.kind == TokenKind::kBitwiseOr) hint = " For \"one of them is true\", write ||.";
        if (token.kind == TokenKind::kBitwiseNot) hint = " For \"is not true\", write !.";
        Report("Unsupported operator", fmt::format("The language has no bitwise operators.{}", hint), at);
        break;
      }
      case TokenKind::kBacktick:
        // Every other one: the opening ones of pairs.
        if (backticks++ % 2 != 0 || backticks > 3) break;
        Report("Invalid character",
               "The \"`\" character has no meaning here. For a text of several lines, use a heredoc, like "
               "\"<<EOT\".",
               at);
        break;
      case TokenKind::kApostrophe:
        if (apostrophes++ % 2 != 0 || apostrophes > 3) break;
        Report("Invalid character", "Texts are enclosed in double quotes (\"), not in single ones.", at);
        break;
      case TokenKind::kSemicolon:
        if (std::exchange(semicolon, true)) break;
        Report("Invalid character",
               "The \";\" character has no meaning here. Put arguments and blocks on lines of their own, and "
               "commas between the items of collections.",
               at);
        break;
      case TokenKind::kBadUtf8:
        if (std::exchange(encoding, true)) break;
        Report("Invalid character encoding",
               "The file is not valid UTF-8 at this place. Save it in the UTF-8 encoding.", at);
        break;
      case TokenKind::kQuotedNewline:
        Report("Invalid multi-line string",
               "A quoted text must end on the line where it begins. Write a line break as \\n, or use a "
               "heredoc, like \"<<EOT\".",
               at);
        break;
      default: {
        const std::string_view text = Text(token);
        if (text == "“" || text == "”") {
          Report("Invalid character", "Texts are enclosed in plain double quotes (\"), not in curly ones.",
                 at);
        } else {
          Report("Invalid character",
                 fmt::format("The character {} has no meaning here.", base::core::GoQuote(text)), at);
        }
      }
    }
  }
}

// Skips to behind the closing token of the current bracket, over brackets of the same sort.
Token Parser::Recover(TokenKind end) {
  const TokenKind start = OppositeOf(end);
  recovery_ = true;
  size_t nesting = 0;
  for (;;) {
    const Token token = Read();
    TokenKind kind = token.kind;
    if (end == TokenKind::kTemplateSequenceEnd && kind == TokenKind::kTemplateControl) {
      kind = TokenKind::kTemplateInterpolation;
    }
    if (kind == end) {
      if (nesting == 0) return token;
      --nesting;
    } else if (kind == TokenKind::kEof) {
      return token;
    } else if (kind == start) {
      ++nesting;
    }
  }
}

// Skips over the next bracket of that sort and all that it holds.
void Parser::RecoverOver(TokenKind open) {
  recovery_ = true;
  TokenKind kind;
  do {
    kind = Read().kind;
  } while (kind != open && kind != TokenKind::kEof);
  Recover(OppositeOf(open));
}

// Skips to the end of the line, over lines inside brackets that open on it.
void Parser::RecoverAfterBodyItem() {
  recovery_ = true;
  std::vector<TokenKind> open;
  for (;;) {
    const Token token = Read();
    switch (token.kind) {
      case TokenKind::kEof:
        return;
      case TokenKind::kNewline:
        if (open.empty()) return;
        break;
      case TokenKind::kOpenBrace:
      case TokenKind::kOpenBracket:
      case TokenKind::kOpenParenthesis:
      case TokenKind::kOpenQuote:
      case TokenKind::kOpenHeredoc:
      case TokenKind::kTemplateInterpolation:
        open.push_back(token.kind);
        break;
      case TokenKind::kTemplateControl:
        open.push_back(TokenKind::kTemplateInterpolation);
        break;
      case TokenKind::kCloseBrace:
      case TokenKind::kCloseBracket:
      case TokenKind::kCloseParenthesis:
      case TokenKind::kCloseQuote:
      case TokenKind::kCloseHeredoc:
      case TokenKind::kTemplateSequenceEnd: {
        const TokenKind opener = OppositeOf(token.kind);
        while (!open.empty() && open.back() != opener) open.pop_back();
        if (!open.empty()) open.pop_back();
        break;
      }
      default:
        break;
    }
  }
}

}  // namespace language::hcl
