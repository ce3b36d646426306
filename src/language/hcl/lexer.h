// The lexer: bytes to tokens, in one pass, never failing: what it does not know becomes an invalid token.
// Not the judge of them (the parser reports). Used by the parser and the formatter.
#pragma once

#include <string_view>
#include <vector>

#include "language/hcl/token.h"

namespace language::hcl {

enum class LexMode { kNormal, kTemplate };

// The tokens of the text, with comments, closed by one kEof. At most 4 GiB of text.
std::vector<Token> Tokenize(std::string_view text, LexMode mode);

}  // namespace language::hcl
