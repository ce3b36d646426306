#include "base/json/writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/core/check.h"
#include "base/text/unicode.h"

namespace base::json {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

enum Class : uint8_t { kCopy, kEscape, kHtml, kHigh };

constexpr std::array<Class, 256> MakeClasses() {
  std::array<Class, 256> classes{};
  for (size_t i = 0; i < 0x20; ++i) classes[i] = kEscape;
  for (size_t i = 0x80; i < 256; ++i) classes[i] = kHigh;
  classes['"'] = classes['\\'] = kEscape;
  classes['<'] = classes['>'] = classes['&'] = kHtml;
  return classes;
}
constexpr std::array<Class, 256> kClasses = MakeClasses();

// What may end a stretch of a literal that is copied as it is.
constexpr std::array<bool, 256> MakeStops() {
  std::array<bool, 256> stops{};
  for (const unsigned char c : {'"', '\\', '<', '>', '&', '\xe2'}) stops[c] = true;
  return stops;
}
constexpr std::array<bool, 256> kStops = MakeStops();

// Where the first stop is from `at` on, or the end: sixteen bytes at a time, since most literals are long.
size_t FindStop(std::string_view json, size_t at) {
  using Bytes = unsigned char __attribute__((vector_size(16)));
  for (Bytes bytes; at + sizeof bytes <= json.size(); at += sizeof bytes) {
    std::memcpy(&bytes, json.data() + at, sizeof bytes);
    const auto found =
        (bytes == '"') | (bytes == '\\') | (bytes == '<') | (bytes == '>') | (bytes == '&') | (bytes == 0xe2);
    uint64_t halves[2];
    std::memcpy(halves, &found, sizeof halves);
    if ((halves[0] | halves[1]) != 0) break;
  }
  while (at < json.size() && !kStops[static_cast<unsigned char>(json[at])]) ++at;
  return at;
}

void AppendUnicodeEscape(uint32_t unit, std::string* out) {
  const char text[6] = {
      '\\', 'u', kHex[unit >> 12 & 15], kHex[unit >> 8 & 15], kHex[unit >> 4 & 15], kHex[unit & 15]};
  out->append(text, 6);
}

void AppendControl(unsigned char byte, std::string* out) {
  constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";
  const size_t at = kEscaped.find(static_cast<char>(byte));
  if (at == kEscaped.npos) return AppendUnicodeEscape(byte, out);
  out->append({'\\', kLetters[at]});
}

void Indent(int level, std::string* out) {
  out->push_back('\n');
  out->append(static_cast<size_t>(level) * 2, ' ');
}

// Copies one string literal, json[at] being its opening quote; returns the offset behind it. As json.Compact
// with escaping does, only <, >, & and the two line separators are rewritten.
size_t CopyLiteral(std::string_view json, size_t at, bool html, std::string* out) {
  size_t from = at++;
  for (;;) {
    at = FindStop(json, at);
    CHECK(at < json.size());
    const auto byte = static_cast<unsigned char>(json[at]);
    if (byte == '"') break;
    if (byte == '\\') {
      at += 2;
    } else if (html && kClasses[byte] == kHtml) {
      out->append(json.substr(from, at - from));
      AppendUnicodeEscape(byte, out);
      from = ++at;
    } else if (html && byte == 0xe2 && at + 2 < json.size() && json[at + 1] == '\x80' &&
               (json[at + 2] & ~1) == '\xa8') {
      out->append(json.substr(from, at - from));
      AppendUnicodeEscape(0x2028 + (static_cast<unsigned char>(json[at + 2]) & 1), out);
      from = at += 3;
    } else {
      ++at;
    }
  }
  out->append(json.substr(from, at + 1 - from));
  return at + 1;
}

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// level < 0: compact.
void Relay(std::string_view json, int level, std::string* out, bool html) {
  const bool indented = level >= 0;
  bool just_opened = false;
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (IsSpace(c)) {
      ++at;
      continue;
    }
    const bool closes = c == '}' || c == ']';
    if (closes) --level;
    if (indented && just_opened != closes && (just_opened || closes)) Indent(level, out);
    just_opened = false;
    if (c == '"') {
      at = CopyLiteral(json, at, html, out);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') {
      ++level;
      just_opened = true;
      out->push_back(c);
    } else if (c == ',') {
      out->push_back(c);
      if (indented) Indent(level, out);
    } else if (c == ':') {
      out->append(indented ? ": " : ":");
    } else if (closes) {
      out->push_back(c);
    } else {
      size_t end = at;
      while (end < json.size() && std::string_view(",]} \n\t\r").find(json[end]) == std::string_view::npos)
        ++end;
      out->append(json.substr(at - 1, end - at + 1));
      at = end;
    }
  }
}

}  // namespace

void AppendString(std::string_view text, std::string* out, bool html) {
  out->push_back('"');
  size_t from = 0;
  size_t at = 0;
  auto flush = [&] { out->append(text.substr(from, at - from)); };
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const Class kind = kClasses[byte];
    if (kind == kCopy || (kind == kHtml && !html)) {
      ++at;
    } else if (kind != kHigh) {
      flush();
      if (kind == kHtml) {
        AppendUnicodeEscape(byte, out);
      } else {
        AppendControl(byte, out);
      }
      from = ++at;
    } else {
      const text::DecodedRune rune = text::DecodeRune(text.substr(at));
      const bool separator = rune.value == 0x2028 || rune.value == 0x2029;
      if (rune.length == 1 || separator) {
        flush();
        AppendUnicodeEscape(static_cast<uint32_t>(rune.value), out);
        at += static_cast<size_t>(rune.length);
        from = at;
      } else {
        at += static_cast<size_t>(rune.length);
      }
    }
  }
  flush();
  out->push_back('"');
}

std::string Quote(std::string_view text, bool html) {
  std::string out;
  AppendString(text, &out, html);
  return out;
}

void AppendDouble(double number, std::string* out) {
  CHECK(std::isfinite(number));
  const double magnitude = std::fabs(number);
  char buffer[64];
  if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
    std::string_view text(buffer, static_cast<size_t>(end - buffer));
    // Go cleans up e-09 to e-9.
    const size_t exponent = text.find('e');
    out->append(text.substr(0, exponent + 2));
    const std::string_view digits = text.substr(exponent + 2);
    out->append(digits.size() == 2 && digits[0] == '0' ? digits.substr(1) : digits);
    return;
  }
  // The shortest digits, then zeros up to the point; to_chars would print all digits of large integers
  // instead.
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, magnitude, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<size_t>(end - buffer));
  const size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  if (std::signbit(number)) out->push_back('-');
  if (exponent < 0) {
    out->append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
    return;
  }
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    out->append(digits).append(whole - digits.size(), '0');
  } else {
    out->append(digits, 0, whole).append(".").append(digits, whole);
  }
}

void AppendCompact(std::string_view json, std::string* out, bool html) { Relay(json, -1000000, out, html); }
void AppendIndented(std::string_view json, int level, std::string* out, bool html) {
  Relay(json, level, out, html);
}

void Writer::NewLine() {
  if (indented_) Indent(level(), out_);
}

void Writer::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (empty_.empty()) return;
  if (!empty_.back()) out_->push_back(',');
  empty_.back() = false;
  NewLine();
}

Writer& Writer::Begin(char bracket) {
  BeforeValue();
  out_->push_back(bracket);
  empty_.push_back(true);
  return *this;
}

Writer& Writer::End(char bracket) {
  CHECK(!empty_.empty() && !after_key_);
  const bool was_empty = empty_.back();
  empty_.pop_back();
  if (!was_empty) NewLine();
  out_->push_back(bracket);
  return *this;
}

Writer& Writer::BeginObject() { return Begin('{'); }
Writer& Writer::EndObject() { return End('}'); }
Writer& Writer::BeginArray() { return Begin('['); }
Writer& Writer::EndArray() { return End(']'); }

Writer& Writer::Key(std::string_view key) {
  CHECK(!after_key_);
  BeforeValue();
  AppendString(key, out_, html_);
  out_->append(indented_ ? ": " : ":");
  after_key_ = true;
  return *this;
}

Writer& Writer::String(std::string_view text) {
  BeforeValue();
  AppendString(text, out_, html_);
  return *this;
}

Writer& Writer::Int(int64_t number) { return RawVerbatim(std::to_string(number)); }
Writer& Writer::Uint(uint64_t number) { return RawVerbatim(std::to_string(number)); }

Writer& Writer::Double(double number) {
  BeforeValue();
  AppendDouble(number, out_);
  return *this;
}

Writer& Writer::Bool(bool value) { return RawVerbatim(value ? "true" : "false"); }
Writer& Writer::Null() { return RawVerbatim("null"); }

Writer& Writer::Raw(std::string_view json) {
  BeforeValue();
  Relay(json, indented_ ? level() : -1000000, out_, html_);
  return *this;
}

Writer& Writer::RawVerbatim(std::string_view json) {
  BeforeValue();
  out_->append(json);
  return *this;
}

}  // namespace base::json
