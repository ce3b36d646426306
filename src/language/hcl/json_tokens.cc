#include "language/hcl/json_tokens.h"

#include <algorithm>

namespace language::hcl {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool StartsNumber(char c) { return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.'; }

JsonTokenKind PunctuationOf(char c) {
  switch (c) {
    case '{':
      return JsonTokenKind::kOpenBrace;
    case '}':
      return JsonTokenKind::kCloseBrace;
    case '[':
      return JsonTokenKind::kOpenBracket;
    case ']':
      return JsonTokenKind::kCloseBracket;
    case ',':
      return JsonTokenKind::kComma;
    case ':':
      return JsonTokenKind::kColon;
    case '=':
      return JsonTokenKind::kEquals;
    default:
      return JsonTokenKind::kInvalid;
  }
}

// Past the closing quote; to the first control character where there is none.
size_t EndOfString(std::string_view text, size_t at) {
  bool escaped = false;
  for (++at; at < text.size(); ++at) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) < 0x20) break;
    if (c == '"' && !escaped) return at + 1;
    escaped = c == '\\' && !escaped;
  }
  return at;
}

}  // namespace

JsonToken NextJsonToken(std::string_view text, uint32_t offset) {
  size_t at = offset;
  while (at < text.size() && IsSpace(text[at])) ++at;
  const auto token = [&](JsonTokenKind kind, size_t end) {
    return JsonToken{kind, {static_cast<uint32_t>(at), static_cast<uint32_t>(end)}};
  };
  if (at == text.size()) return token(JsonTokenKind::kEof, at);
  const char first = text[at];
  size_t end = at;
  if (first == '"') return token(JsonTokenKind::kString, EndOfString(text, at));
  if (StartsNumber(first)) {
    while (end < text.size() && (StartsNumber(text[end]) || text[end] == 'e' || text[end] == 'E')) ++end;
    return token(JsonTokenKind::kNumber, end);
  }
  if (IsLetter(first)) {
    while (end < text.size() && (IsLetter(text[end]) || text[end] == '_')) ++end;
    return token(JsonTokenKind::kKeyword, end);
  }
  return token(PunctuationOf(first), at + 1);
}

}  // namespace language::hcl
