#include "base/core/strings.h"

#include <utf8proc.h>

#include <array>
#include <charconv>

#include "base/core/check.h"

namespace base::core {
namespace {

constexpr bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

template <typename Part>
std::string JoinParts(std::span<const Part> parts, std::string_view separator) {
  size_t size = 0;
  for (const Part& part : parts) size += part.size() + separator.size();
  std::string out;
  out.reserve(size);
  bool first = true;
  for (const Part& part : parts) {
    if (!first) out.append(separator);
    first = false;
    out.append(part);
  }
  return out;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Go's strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
bool IsPrint(int32_t rune) {
  switch (utf8proc_category(rune)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
      return false;
    case UTF8PROC_CATEGORY_ZS:
      return rune == ' ';
    default:
      return true;
  }
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

void AppendHex(uint32_t number, int digits, std::string* out) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    out->push_back(kHexDigits[(number >> shift) & 15]);
}

void AppendQuotedRune(int32_t rune, std::string_view bytes, std::string* out) {
  constexpr std::string_view kEscaped = "\"\\\a\b\f\n\r\t\v", kLetters = "\"\\abfnrtv";
  if (const size_t at = rune < 0x80 ? kEscaped.find(static_cast<char>(rune)) : kEscaped.npos;
      at != kEscaped.npos) {
    out->append({'\\', kLetters[at]});
    return;
  }
  if (IsPrint(rune)) {
    out->append(bytes);
  } else if (rune < ' ' || rune == 0x7f) {
    out->append("\\x");
    AppendHex(static_cast<uint32_t>(rune), 2, out);
  } else if (rune < 0x10000) {
    out->append("\\u");
    AppendHex(static_cast<uint32_t>(rune), 4, out);
  } else {
    out->append("\\U");
    AppendHex(static_cast<uint32_t>(rune), 8, out);
  }
}

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string Encode64(std::string_view bytes, std::string_view alphabet, bool pad) {
  const size_t rest = bytes.size() % 3;
  const size_t whole = bytes.size() - rest;
  std::string out(whole / 3 * 4 + (rest == 0 ? 0 : pad ? 4 : rest + 1), '=');
  char* to = out.data();
  auto byte = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[at])); };
  for (size_t i = 0; i < whole; i += 3) {
    const uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *to++ = alphabet[bits >> 18];
    *to++ = alphabet[bits >> 12 & 63];
    *to++ = alphabet[bits >> 6 & 63];
    *to++ = alphabet[bits & 63];
  }
  if (rest == 0) return out;
  const uint32_t bits = byte(whole) << 16 | (rest == 2 ? byte(whole + 1) << 8 : 0);
  *to++ = alphabet[bits >> 18];
  *to++ = alphabet[bits >> 12 & 63];
  if (rest == 2) *to = alphabet[bits >> 6 & 63];
  return out;
}

constexpr uint8_t kNoDigit = 0x80;

constexpr std::array<uint8_t, 256> DigitsOf(std::string_view alphabet) {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (size_t i = 0; i < alphabet.size(); ++i)
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<uint8_t>(i);
  return digits;
}

std::optional<std::string> Decode64(std::string_view text, bool url, bool padding_required) {
  static constexpr std::array<uint8_t, 256> kStandardDigits = DigitsOf(kStandard),
                                            kUrlDigits = DigitsOf(kUrl);
  const std::array<uint8_t, 256>& table = url ? kUrlDigits : kStandardDigits;
  auto digit = [&](char c) -> uint32_t { return table[static_cast<unsigned char>(c)]; };
  std::string out(text.size() / 4 * 3, '\0');
  size_t size = 0;
  // Four digits at a time, as far as there is nothing else.
  while (text.size() >= 4) {
    const uint32_t a = digit(text[0]), b = digit(text[1]), c = digit(text[2]), d = digit(text[3]);
    if (((a | b | c | d) & kNoDigit) != 0) break;
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    out[size++] = static_cast<char>(bits >> 16);
    out[size++] = static_cast<char>(bits >> 8);
    out[size++] = static_cast<char>(bits);
    text.remove_prefix(4);
  }
  out.resize(size);
  uint32_t bits = 0;
  int digits = 0;
  int padding = 0;
  for (char c : text) {
    if (c == '\r' || c == '\n') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const uint32_t value = digit(c);
    if (value == kNoDigit) return std::nullopt;
    if (padding > 0) return std::nullopt;
    bits = bits << 6 | value;
    if (++digits == 4) {
      for (int shift = 16; shift >= 0; shift -= 8) out.push_back(static_cast<char>(bits >> shift));
      bits = 0;
      digits = 0;
    }
  }
  if (digits == 1) return std::nullopt;
  if (digits >= 2) out.push_back(static_cast<char>(bits >> (digits == 2 ? 4 : 10)));
  if (digits == 3) out.push_back(static_cast<char>(bits >> 2));
  const int wanted = digits == 0 ? 0 : 4 - digits;
  if (padding != wanted && (padding_required || padding != 0)) return std::nullopt;
  return out;
}

}  // namespace

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> SplitNonEmpty(std::string_view text, char separator) {
  std::vector<std::string_view> parts = Split(text, separator);
  std::erase_if(parts, [](std::string_view part) { return part.empty(); });
  return parts;
}

std::optional<std::pair<std::string_view, std::string_view>> SplitOnce(std::string_view text,
                                                                       char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

std::string Join(std::span<const std::string> parts, std::string_view separator) {
  return JoinParts(parts, separator);
}
std::string Join(std::span<const std::string_view> parts, std::string_view separator) {
  return JoinParts(parts, separator);
}
std::string Join(std::initializer_list<std::string_view> parts, std::string_view separator) {
  return JoinParts(std::span(parts.begin(), parts.size()), separator);
}

std::string_view TrimLeft(std::string_view text) {
  while (!text.empty() && IsAsciiSpace(text.front())) text.remove_prefix(1);
  return text;
}
std::string_view TrimRight(std::string_view text) {
  while (!text.empty() && IsAsciiSpace(text.back())) text.remove_suffix(1);
  return text;
}
std::string_view Trim(std::string_view text) { return TrimLeft(TrimRight(text)); }

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  CHECK(!from.empty());
  std::string out;
  for (;;) {
    const size_t at = text.find(from);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    out.append(to);
    text.remove_prefix(at + from.size());
  }
}

std::string AsciiLower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

std::string AsciiUpper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  return out;
}

bool AsciiEqualIgnoreCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && AsciiLower(a) == AsciiLower(b);
}

std::optional<int64_t> ParseInt64(std::string_view text) { return ParseNumber<int64_t>(text); }
std::optional<uint64_t> ParseUint64(std::string_view text) { return ParseNumber<uint64_t>(text); }

std::string GoQuote(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  while (!text.empty()) {
    utf8proc_int32_t rune = -1;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &rune);
    if (length <= 0) {
      out.append("\\x");
      AppendHex(static_cast<unsigned char>(text.front()), 2, &out);
      text.remove_prefix(1);
      continue;
    }
    AppendQuotedRune(rune, text.substr(0, static_cast<size_t>(length)), &out);
    text.remove_prefix(static_cast<size_t>(length));
  }
  out.push_back('"');
  return out;
}

std::string Base64Encode(std::string_view bytes) { return Encode64(bytes, kStandard, true); }
std::optional<std::string> Base64Decode(std::string_view text) { return Decode64(text, false, true); }
std::string Base64UrlEncode(std::string_view bytes) { return Encode64(bytes, kUrl, false); }
std::optional<std::string> Base64UrlDecode(std::string_view text) { return Decode64(text, true, false); }

std::string HexEncode(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) AppendHex(static_cast<unsigned char>(c), 2, &out);
  return out;
}

std::optional<std::string> HexDecode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const size_t high = kHexDigits.find(text[i] >= 'A' && text[i] <= 'F' ? text[i] + 32 : text[i]);
    const size_t low =
        kHexDigits.find(text[i + 1] >= 'A' && text[i + 1] <= 'F' ? text[i + 1] + 32 : text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out.push_back(static_cast<char>(high << 4 | low));
  }
  return out;
}

}  // namespace base::core
