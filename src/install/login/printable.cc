#include "install/login/printable.h"

#include "base/text/unicode.h"

namespace install::login {

std::string Printable(std::string_view text, size_t limit) {
  std::string out;
  while (!text.empty()) {
    const base::text::DecodedRune rune = base::text::DecodeRune(text);
    text.remove_prefix(static_cast<size_t>(rune.length));
    std::string next(" ");
    if (!base::text::IsSpace(rune.value)) {
      if (!base::text::IsPrint(rune.value)) continue;
      next.clear();
      base::text::AppendRune(rune.value, &next);
    } else if (out.empty() || out.back() == ' ') {
      continue;
    }
    if (out.size() + next.size() > limit) break;
    out += next;
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace install::login
