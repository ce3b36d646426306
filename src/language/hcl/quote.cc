#include "language/hcl/quote.h"

#include "base/text/unicode.h"

namespace language::hcl {

std::string EscapeQuoted(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const base::text::DecodedRune rune = base::text::DecodeRune(text);
    text.remove_prefix(static_cast<size_t>(rune.length));
    switch (rune.value) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '$':
      case '%':
        out += static_cast<char>(rune.value);
        if (text.starts_with('{')) out += static_cast<char>(rune.value);  // or a template would begin
        break;
      default:
        if (base::text::IsPrint(rune.value)) {
          base::text::AppendRune(rune.value, &out);
        } else if (rune.value < 0x10000) {
          out += fmt::format("\\u{:04x}", static_cast<uint32_t>(rune.value));
        } else {
          out += fmt::format("\\U{:08x}", static_cast<uint32_t>(rune.value));
        }
    }
  }
  return out;
}

}  // namespace language::hcl
