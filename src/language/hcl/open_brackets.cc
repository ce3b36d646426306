#include "language/hcl/open_brackets.h"

#include "language/hcl/lexer.h"

namespace language::hcl {

bool HasOpenBrackets(std::string_view text) {
  int open = 0;
  for (const Token& token : Tokenize(text, LexMode::kNormal)) {
    switch (token.kind) {
      case TokenKind::kOpenBrace:
      case TokenKind::kOpenBracket:
      case TokenKind::kOpenParenthesis:
      case TokenKind::kTemplateInterpolation:
      case TokenKind::kTemplateControl:
      case TokenKind::kOpenHeredoc:
        ++open;
        break;
      case TokenKind::kCloseBrace:
      case TokenKind::kCloseBracket:
      case TokenKind::kCloseParenthesis:
      case TokenKind::kTemplateSequenceEnd:
      case TokenKind::kCloseHeredoc:
        --open;
        break;
      default:
        break;
    }
  }
  return open > 0;
}

}  // namespace language::hcl
