// Small string helpers that the standard library lacks: splitting, Go's quoting, base64 and hex.
// Not for Unicode (base/text/unicode.h) and not for JSON (base/json).
// Used everywhere.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base::core {

// "a,,b" -> {"a", "", "b"}; the empty text gives one empty piece. The views point into `text`.
std::vector<std::string_view> Split(std::string_view text, char separator);
// Without empty pieces.
std::vector<std::string_view> SplitNonEmpty(std::string_view text, char separator);
// {"key", "value"}; nothing when the separator does not occur. Splits at the first.
std::optional<std::pair<std::string_view, std::string_view>> SplitOnce(std::string_view text, char separator);

std::string Join(std::span<const std::string> parts, std::string_view separator);
std::string Join(std::span<const std::string_view> parts, std::string_view separator);
std::string Join(std::initializer_list<std::string_view> parts, std::string_view separator);

// ASCII white space: space, \t, \n, \v, \f, \r.
std::string_view TrimLeft(std::string_view text);
std::string_view TrimRight(std::string_view text);
std::string_view Trim(std::string_view text);
inline bool StartsWith(std::string_view text, std::string_view prefix) { return text.starts_with(prefix); }
inline bool EndsWith(std::string_view text, std::string_view suffix) { return text.ends_with(suffix); }
inline bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to);
// Only A-Z and a-z.
std::string AsciiLower(std::string_view text);
std::string AsciiUpper(std::string_view text);
bool AsciiEqualIgnoreCase(std::string_view a, std::string_view b);

// Whole text as decimal integer with optional '-'; nothing when malformed or out of range.
std::optional<int64_t> ParseInt64(std::string_view text);
std::optional<uint64_t> ParseUint64(std::string_view text);

// Go's strconv.Quote, which is %q: "a\nb\u200b". Invalid bytes become \xNN.
std::string GoQuote(std::string_view text);

// RFC 4648. Encoding pads unless said; decoding demands the padding of its alphabet's Encode, ignores \r and
// \n as Go does, and gives nothing when malformed.
std::string Base64Encode(std::string_view bytes);
std::optional<std::string> Base64Decode(std::string_view text);
std::string Base64UrlEncode(std::string_view bytes);                // no padding
std::optional<std::string> Base64UrlDecode(std::string_view text);  // padding optional

std::string HexEncode(std::string_view bytes);  // lower case
std::optional<std::string> HexDecode(std::string_view text);

// Hash functor that lets maps keyed by std::string be searched by std::string_view.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace base::core
