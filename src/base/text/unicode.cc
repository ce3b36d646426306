#include "base/text/unicode.h"

#include <utf8proc.h>

#include <bit>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace base::text {
namespace {

// Length of the leading run of ASCII, eight bytes at a time.
size_t AsciiPrefix(std::string_view text) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t chunk;
    std::memcpy(&chunk, text.data() + i, 8);
    if (const uint64_t high = chunk & 0x8080808080808080u) {
      return i + static_cast<size_t>(std::countr_zero(high)) / 8;
    }
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

bool IsContinuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

// Appends the NFC of a piece of valid UTF-8.
void AppendComposed(std::string_view piece, std::string* out) {
  utf8proc_uint8_t* composed = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(piece.data()),
                                   static_cast<utf8proc_ssize_t>(piece.size()), &composed,
                                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(composed, std::free);
  if (length < 0) {
    out->append(piece);
  } else {
    out->append(reinterpret_cast<const char*>(composed), static_cast<size_t>(length));
  }
}

// Whether the rune stays the same in NFC unless a rune follows that fails this test itself: everything below
// U+0300 does; above it, what neither decomposes nor takes part in compositions. False negatives only cost
// time.
bool SurelyStable(char32_t rune) {
  if (rune < 0x300) return true;
  if (rune >= 0x1100 && rune <= 0x11ff) return false;  // Hangul letters compose by rule
  if (rune >= 0xac00 && rune <= 0xd7a3) return true;   // Hangul syllables only with such letters
  if (rune >= 0x1e00 && rune <= 0x1eff) return true;   // Latin letters, composed already
  const utf8proc_property_t* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(rune));
  return property->combining_class == 0 && property->decomp_seqindex == UINT16_MAX &&
         property->comb_index == UINT16_MAX;
}

// Quick check: "yes" or "perhaps not".
bool QuickNfc(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(AsciiPrefix(text));
    if (text.empty()) return true;
    const DecodedRune rune = DecodeRune(text);
    if (!SurelyStable(rune.value)) return false;
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
  return true;
}

template <char32_t (*Map)(char32_t)>
std::string MapRunes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const DecodedRune rune = DecodeRune(text);
    AppendRune(Map(rune.value), &out);
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
  return out;
}

char32_t Same(char32_t rune) { return rune; }

utf8proc_category_t Category(char32_t rune) { return utf8proc_category(static_cast<utf8proc_int32_t>(rune)); }

// Other_ID_Start and Other_ID_Continue of PropList.txt, which no category tells.
bool IsOtherIdStart(char32_t rune) {
  return rune == 0x1885 || rune == 0x1886 || rune == 0x2118 || rune == 0x212e || rune == 0x309b ||
         rune == 0x309c;
}
bool IsOtherIdContinue(char32_t rune) {
  return rune == 0x00b7 || rune == 0x0387 || (rune >= 0x1369 && rune <= 0x1371) || rune == 0x19da ||
         rune == 0x200c || rune == 0x200d || rune == 0x30fb || rune == 0xff65;
}
// Pattern_Syntax and Pattern_White_Space members that have a letter's category.
bool IsPatternSyntaxLetter(char32_t rune) { return rune == 0x2e2f; }

}  // namespace

bool IsAscii(std::string_view text) { return AsciiPrefix(text) == text.size(); }

DecodedRune DecodeRune(std::string_view text) {
  constexpr DecodedRune kInvalid{0xfffd, 1};
  if (text.empty()) return {0xfffd, 0};
  auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xc2 || first > 0xf4) return kInvalid;
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < length) return kInvalid;
  char32_t rune = first & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(at(i))) return kInvalid;
    rune = rune << 6 | (at(i) & 0x3f);
  }
  const bool overlong = (length == 3 && rune < 0x800) || (length == 4 && rune < 0x10000);
  const bool surrogate = rune >= 0xd800 && rune <= 0xdfff;
  if (overlong || surrogate || rune > 0x10ffff) return kInvalid;
  return {rune, static_cast<int>(length)};
}

void AppendRune(char32_t rune, std::string* out) {
  if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) rune = 0xfffd;
  auto put = [&](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xc0 | rune >> 6);
    put(0x80 | (rune & 0x3f));
  } else if (rune < 0x10000) {
    put(0xe0 | rune >> 12);
    put(0x80 | (rune >> 6 & 0x3f));
    put(0x80 | (rune & 0x3f));
  } else {
    put(0xf0 | rune >> 18);
    put(0x80 | (rune >> 12 & 0x3f));
    put(0x80 | (rune >> 6 & 0x3f));
    put(0x80 | (rune & 0x3f));
  }
}

bool ValidUtf8(std::string_view text) {
  for (;;) {
    text.remove_prefix(AsciiPrefix(text));
    if (text.empty()) return true;
    const DecodedRune rune = DecodeRune(text);
    if (rune.length == 1) return false;
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  if (ValidUtf8(text)) return std::string(text);
  return MapRunes<Same>(text);
}

size_t CountRunes(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    const size_t ascii = AsciiPrefix(text);
    count += ascii;
    text.remove_prefix(ascii);
    if (text.empty()) break;
    text.remove_prefix(static_cast<size_t>(DecodeRune(text).length));
    ++count;
  }
  return count;
}

bool IsNfc(std::string_view text) { return QuickNfc(text) || NormalizeNfc(text) == text; }

std::string NormalizeNfc(std::string_view text) {
  if (QuickNfc(text)) return std::string(text);
  if (text.size() > INT32_MAX) return std::string(text);
  std::string out;
  out.reserve(text.size());
  // Valid stretches are composed, invalid bytes are copied; compositions never reach across those.
  size_t start = 0;
  for (size_t i = 0; i < text.size();) {
    const DecodedRune rune = DecodeRune(text.substr(i));
    const bool invalid = rune.length == 1 && static_cast<unsigned char>(text[i]) >= 0x80;
    if (invalid) {
      AppendComposed(text.substr(start, i - start), &out);
      out.push_back(text[i]);
      start = i + 1;
    }
    i += static_cast<size_t>(rune.length);
  }
  AppendComposed(text.substr(start), &out);
  return out;
}

size_t FirstGrapheme(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80 && (text.size() == 1 || byte(1) < 0x80))
    return byte(0) == '\r' && text.size() > 1 && byte(1) == '\n' ? 2 : 1;
  utf8proc_int32_t state = 0;
  DecodedRune previous = DecodeRune(text);
  size_t length = static_cast<size_t>(previous.length);
  while (length < text.size()) {
    const DecodedRune next = DecodeRune(text.substr(length));
    if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(previous.value),
                                         static_cast<utf8proc_int32_t>(next.value), &state)) {
      break;
    }
    length += static_cast<size_t>(next.length);
    previous = next;
  }
  return length;
}

size_t CountGraphemes(std::string_view text) {
  if (IsAscii(text)) {
    // CR LF is the only cluster of two in ASCII.
    size_t pairs = 0;
    for (size_t at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n", at + 2)) ++pairs;
    return text.size() - pairs;
  }
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(FirstGrapheme(text));
  return count;
}

std::vector<std::string_view> Graphemes(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t length = FirstGrapheme(text);
    out.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

char32_t ToUpper(char32_t rune) {
  if (rune < 0x80) return rune >= 'a' && rune <= 'z' ? rune - 32 : rune;
  // Unicode's simple mapping leaves sharp s alone; the library maps it to U+1E9E.
  if (rune == 0xdf) return rune;
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(rune)));
}

char32_t ToLower(char32_t rune) {
  if (rune < 0x80) return rune >= 'A' && rune <= 'Z' ? rune + 32 : rune;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(rune)));
}

char32_t ToTitle(char32_t rune) {
  if (rune < 0x80) return ToUpper(rune);
  if (rune == 0xdf) return rune;
  return static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(rune)));
}

std::string ToUpper(std::string_view text) { return MapRunes<ToUpper>(text); }
std::string ToLower(std::string_view text) { return MapRunes<ToLower>(text); }

bool IsLetter(char32_t rune) {
  const utf8proc_category_t category = Category(rune);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}
bool IsUpper(char32_t rune) { return Category(rune) == UTF8PROC_CATEGORY_LU; }
bool IsDigit(char32_t rune) { return Category(rune) == UTF8PROC_CATEGORY_ND; }

bool IsSpace(char32_t rune) {
  if (rune < 0x100) return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0x85 || rune == 0xa0;
  return rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 || rune == 0x2029 ||
         rune == 0x202f || rune == 0x205f || rune == 0x3000;
}

bool IsPrint(char32_t rune) {
  if (rune == ' ') return true;
  const utf8proc_category_t category = Category(rune);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_SO;
}

bool IsIdStart(char32_t rune) {
  if (rune < 0x80) return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
  return ((IsLetter(rune) || Category(rune) == UTF8PROC_CATEGORY_NL) && !IsPatternSyntaxLetter(rune)) ||
         IsOtherIdStart(rune);
}

bool IsIdContinue(char32_t rune) {
  if (rune < 0x80) return IsIdStart(rune) || (rune >= '0' && rune <= '9') || rune == '_';
  if (IsIdStart(rune) || IsOtherIdContinue(rune)) return true;
  switch (Category(rune)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return false;
  }
}

bool IsIdentifier(std::string_view text) {
  bool first = true;
  if (text.empty()) return false;
  while (!text.empty()) {
    const DecodedRune rune = DecodeRune(text);
    const bool fits =
        first ? IsIdStart(rune.value) || rune.value == '_' : IsIdContinue(rune.value) || rune.value == '-';
    if (!fits) return false;
    first = false;
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
  return true;
}

std::string_view TrimSpace(std::string_view text) {
  while (!text.empty()) {
    const DecodedRune rune = DecodeRune(text);
    if (!IsSpace(rune.value)) break;
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && IsContinuation(static_cast<unsigned char>(text[start])))
      --start;
    const DecodedRune rune = DecodeRune(text.substr(start));
    if (start + static_cast<size_t>(rune.length) != text.size() || !IsSpace(rune.value)) break;
    text = text.substr(0, start);
  }
  return text;
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const DecodedRune rune = DecodeRune(text);
    width += utf8proc_charwidth(static_cast<utf8proc_int32_t>(rune.value));
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
  return width;
}

}  // namespace base::text
