#include "base/core/strings.h"
#include "base/net/http_server.h"

namespace base::net {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view FindExact(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

std::string_view FindHeader(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (core::AsciiEqualIgnoreCase(key, name)) return value;
  return {};
}

}  // namespace

std::string_view ServerRequest::Header(std::string_view name) const { return FindHeader(headers, name); }
std::string_view ServerRequest::Query(std::string_view name) const { return FindExact(query, name); }
std::string_view ServerRequest::Parameter(std::string_view name) const { return FindExact(parameters, name); }

bool ServerRequest::HasQuery(std::string_view name) const {
  return std::any_of(query.begin(), query.end(), [&](const auto& pair) { return pair.first == name; });
}

ServerResponse& ServerResponse::Set(std::string_view name, std::string_view value) {
  for (auto& [key, old] : headers) {
    if (!core::AsciiEqualIgnoreCase(key, name)) continue;
    old = value;
    return *this;
  }
  return Add(name, value);
}

ServerResponse& ServerResponse::Add(std::string_view name, std::string_view value) {
  // A line break in a value would start a header of the sender's choice.
  std::string clean(value);
  std::erase_if(clean, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  headers.emplace_back(name, std::move(clean));
  return *this;
}

std::string_view ServerResponse::Header(std::string_view name) const { return FindHeader(headers, name); }

std::string PercentDecode(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 && HexValue(text[i + 2]) >= 0) {
      result += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return result;
}

std::string PercentEncode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result;
  for (unsigned char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                 c == '.' || c == '_' || c == '~';
    if (plain) {
      result += static_cast<char>(c);
    } else {
      result += '%';
      result += kDigits[c >> 4];
      result += kDigits[c & 15];
    }
  }
  return result;
}

Fields ParseForm(std::string_view text) {
  Fields result;
  for (std::string_view pair : core::SplitNonEmpty(text, '&')) {
    size_t equals = std::min(pair.find('='), pair.size());
    std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    result.emplace_back(PercentDecode(pair.substr(0, equals), true), PercentDecode(value, true));
  }
  return result;
}

}  // namespace base::net
