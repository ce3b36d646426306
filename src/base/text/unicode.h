// Unicode as the language needs it: validity, NFC, grapheme clusters, case, identifiers, width.
// Not for encodings but UTF-8. Used by language/hcl, language/value, language/functions and cli/view.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base::text {

bool IsAscii(std::string_view text);
// Shortest forms only, no surrogates, at most U+10FFFF.
bool ValidUtf8(std::string_view text);
// Every byte that is not part of valid UTF-8 becomes U+FFFD (Go's rule).
std::string ReplaceInvalidUtf8(std::string_view text);

// One code point. Invalid input: value 0xFFFD, length 1. Empty input: length 0.
struct DecodedRune {
  char32_t value;
  int length;
};
DecodedRune DecodeRune(std::string_view text);
// Surrogates and values out of range are written as U+FFFD.
void AppendRune(char32_t rune, std::string* out);
size_t CountRunes(std::string_view text);

// Normal form C; invalid UTF-8 is copied as it is. IsNfc is quick for ASCII and common texts.
bool IsNfc(std::string_view text);
std::string NormalizeNfc(std::string_view text);

// Grapheme clusters, UAX #29.
size_t CountGraphemes(std::string_view text);
// Byte length of the first cluster; 0 when empty.
size_t FirstGrapheme(std::string_view text);
std::vector<std::string_view> Graphemes(std::string_view text);

// Go's unicode.ToUpper and friends: one rune to one rune. U+00DF has no upper case.
char32_t ToUpper(char32_t rune);
char32_t ToLower(char32_t rune);
char32_t ToTitle(char32_t rune);
std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);
bool IsLetter(char32_t rune);  // categories L*
bool IsUpper(char32_t rune);
bool IsDigit(char32_t rune);  // category Nd
bool IsSpace(char32_t rune);  // Go's unicode.IsSpace
bool IsPrint(char32_t rune);  // Go's unicode.IsPrint

// UAX #31 ID_Start and ID_Continue.
bool IsIdStart(char32_t rune);
bool IsIdContinue(char32_t rune);
// An identifier of the language: (ID_Start | '_') (ID_Continue | '-')*.
bool IsIdentifier(std::string_view text);

// Without Unicode white space on both ends.
std::string_view TrimSpace(std::string_view text);

// Columns on a terminal; escape sequences are not understood.
int DisplayWidth(std::string_view text);

}  // namespace base::text
