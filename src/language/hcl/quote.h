// Writes text as a quoted string literal of the language. Not how Go quotes (base/core/strings.h GoQuote),
// nor the reading of escapes (parser_template.cc). Used by the formatter, by addresses and wherever
// configuration is written.
#pragma once

#include <string>
#include <string_view>

namespace language::hcl {

// The text between the quotes: what does not print, quotes, backslashes and the starts of templates escaped.
std::string EscapeQuoted(std::string_view text);
inline std::string QuoteText(std::string_view text) { return '"' + EscapeQuoted(text) + '"'; }

}  // namespace language::hcl
