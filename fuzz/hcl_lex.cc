// Any bytes as tokens, in both modes: in order, within the text, and nothing but blanks is left out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "language/hcl/lexer.h"

namespace {

using namespace language::hcl;

void Check(std::string_view text, LexMode mode) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const std::vector<Token> tokens = Tokenize(text, mode);
  uint32_t at = text.starts_with(kMark) ? kMark.size() : 0;
  for (const Token& token : tokens) {
    if (token.begin < at || token.end < token.begin || token.end > text.size()) std::abort();
    for (; at < token.begin; ++at) {
      if (text[at] != ' ' && text[at] != '\t') std::abort();
    }
    const bool empty = token.begin == token.end;
    const bool may_be_empty = token.kind == TokenKind::kEof || token.kind == TokenKind::kNewline ||
                              token.kind == TokenKind::kCloseHeredoc;
    if (empty && !may_be_empty) std::abort();
    at = token.end;
  }
  if (tokens.empty() || tokens.back().kind != TokenKind::kEof || at != text.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(text, LexMode::kNormal);
  Check(text, LexMode::kTemplate);
  return 0;
}
