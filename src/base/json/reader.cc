#include "base/json/reader.h"

#include <charconv>
#include <limits>

#include "base/core/strings.h"
#include "base/json/parser.h"
#include "base/text/unicode.h"

namespace base::json {
namespace {

core::Error AsError(const ParseError& error) {
  return core::Error(error.message + " at byte " + std::to_string(error.offset));
}

uint32_t HexDigit(char c) {
  if (c <= '9') return static_cast<uint32_t>(c - '0');
  return static_cast<uint32_t>((c | 0x20) - 'a' + 10);
}

// The four digits behind "\u" at text[at]; nothing when there is no such escape.
std::optional<char32_t> UnicodeEscape(std::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  char32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) unit = unit << 4 | HexDigit(text[i]);
  return unit;
}

bool IsHighSurrogate(char32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLowSurrogate(char32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// Decodes the escape at text[at] and returns how many bytes it took.
size_t AppendEscape(std::string_view text, size_t at, std::string* out) {
  switch (text[at + 1]) {
    case 'b':
      out->push_back('\b');
      return 2;
    case 'f':
      out->push_back('\f');
      return 2;
    case 'n':
      out->push_back('\n');
      return 2;
    case 'r':
      out->push_back('\r');
      return 2;
    case 't':
      out->push_back('\t');
      return 2;
    case 'u':
      break;
    default:
      out->push_back(text[at + 1]);
      return 2;
  }
  const char32_t unit = UnicodeEscape(text, at).value_or(0xfffd);
  if (IsHighSurrogate(unit)) {
    const std::optional<char32_t> low = UnicodeEscape(text, at + 6);
    if (low && IsLowSurrogate(*low)) {
      text::AppendRune(0x10000 + ((unit - 0xd800) << 10) + (*low - 0xdc00), out);
      return 12;
    }
  }
  text::AppendRune(unit, out);  // a lone surrogate becomes U+FFFD
  return 6;
}

template <typename Integer>
std::optional<Integer> ParseInteger(std::string_view text) {
  Integer number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Document> Document::Parse(std::string_view text, ParseError* error, ParseOptions options) {
  auto tape = std::make_shared<Tape>();
  tape->text = text;
  if (std::optional<ParseError> failed = ParseInto(tape.get(), options)) {
    if (error != nullptr) *error = std::move(*failed);
    return std::nullopt;
  }
  Document document;
  document.tape_ = std::move(tape);
  return document;
}

core::Result<Document> Document::Parse(std::string_view text, ParseOptions options) {
  ParseError error;
  if (std::optional<Document> document = Parse(text, &error, options)) return std::move(*document);
  return AsError(error);
}

core::Result<Document> Document::ParseOwned(std::string text, ParseOptions options) {
  auto tape = std::make_shared<Tape>();
  tape->owned = std::move(text);
  tape->text = tape->owned;
  if (std::optional<ParseError> failed = ParseInto(tape.get(), options)) return AsError(*failed);
  Document document;
  document.tape_ = std::move(tape);
  return document;
}

Node Document::root() const { return Node(tape_.get(), 0); }
std::string_view Document::text() const { return tape_->text; }

bool Node::AsBool() const {
  CHECK(IsBool());
  return raw().front() == 't';
}

std::optional<int64_t> Node::AsInt64() const {
  if (!IsNumber()) return std::nullopt;
  return ParseInteger<int64_t>(raw());
}

std::optional<uint64_t> Node::AsUint64() const {
  if (!IsNumber()) return std::nullopt;
  return ParseInteger<uint64_t>(raw());
}

double Node::AsDouble() const {
  CHECK(IsNumber());
  double number = 0;
  const std::string_view text = raw();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    // Too small comes out as zero, too large as infinity; from_chars does not say which it was.
    const size_t exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos && text[exponent + 1] == '-';
    const double magnitude = tiny ? 0 : std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -magnitude : magnitude;
  }
  return number;
}

std::string Node::AsString() const {
  CHECK(IsString());
  const std::string_view inside = raw().substr(1, raw().size() - 2);
  return entry().plain ? std::string(inside) : DecodeString(inside);
}

std::optional<std::string_view> Node::PlainString() const {
  if (!IsString() || !entry().plain) return std::nullopt;
  return raw().substr(1, raw().size() - 2);
}

bool Node::StringEquals(std::string_view text) const {
  if (!IsString()) return false;
  if (const auto plain = PlainString()) return *plain == text;
  return AsString() == text;
}

Node Node::Find(std::string_view key) const {
  Node found;
  if (!IsObject()) return found;
  for (const Member member : Members()) {
    if (member.key_node.StringEquals(key)) found = member.value;
  }
  return found;
}

std::optional<std::string> Node::FindString(std::string_view key) const {
  const Node node = Find(key);
  if (!node || !node.IsString()) return std::nullopt;
  return node.AsString();
}

std::optional<int64_t> Node::FindInt64(std::string_view key) const {
  const Node node = Find(key);
  return node ? node.AsInt64() : std::nullopt;
}

std::optional<bool> Node::FindBool(std::string_view key) const {
  const Node node = Find(key);
  if (!node || !node.IsBool()) return std::nullopt;
  return node.AsBool();
}

std::string DecodeString(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (size_t at = 0; at < inside.size();) {
    const size_t backslash = std::min(inside.find('\\', at), inside.size());
    const std::string_view run = inside.substr(at, backslash - at);
    if (text::ValidUtf8(run)) {
      out.append(run);
    } else {
      out.append(text::ReplaceInvalidUtf8(run));
    }
    at = backslash;
    if (at < inside.size()) at += AppendEscape(inside, at, &out);
  }
  return out;
}

}  // namespace base::json
