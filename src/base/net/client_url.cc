#include <arpa/inet.h>

#include "base/core/strings.h"
#include "base/net/http_client.h"

namespace base::net {
namespace {

// Four or sixteen bytes in network order; empty when the text is no address.
std::string AddressBytes(std::string_view text) {
  std::string copy(text);
  unsigned char bytes[16];
  if (inet_pton(AF_INET, copy.c_str(), bytes) == 1) return std::string(reinterpret_cast<char*>(bytes), 4);
  if (inet_pton(AF_INET6, copy.c_str(), bytes) == 1) return std::string(reinterpret_cast<char*>(bytes), 16);
  return {};
}

bool InBlock(const std::string& address, std::string_view block) {
  auto parts = core::SplitOnce(block, '/');
  if (!parts) return false;
  std::string network = AddressBytes(parts->first);
  std::optional<uint64_t> bits = core::ParseUint64(parts->second);
  if (network.empty() || network.size() != address.size() || !bits || *bits > network.size() * 8)
    return false;
  for (size_t bit = 0; bit < *bits; ++bit) {
    int mask = 0x80 >> (bit % 8);
    if ((network[bit / 8] & mask) != (address[bit / 8] & mask)) return false;
  }
  return true;
}

// "host", "host:80", "[::1]:80" -> host and port, 0 when there is none.
std::pair<std::string_view, uint16_t> SplitPort(std::string_view text) {
  size_t colon = text.rfind(':');
  bool bracketed = text.starts_with('[');
  if (colon == std::string_view::npos || (!bracketed && text.find(':') != colon) || text.ends_with(']')) {
    if (bracketed && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    return {text, 0};
  }
  std::optional<uint64_t> port = core::ParseUint64(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, port && *port <= 65535 ? static_cast<uint16_t>(*port) : 0};
}

bool BypassesProxy(const UrlParts& url, std::string_view list) {
  std::string address = AddressBytes(url.host);
  for (std::string_view entry : core::Split(list, ',')) {
    entry = core::Trim(entry);
    if (entry.empty()) continue;
    if (entry == "*") return true;
    if (!address.empty() && InBlock(address, entry)) return true;
    auto [name, port] = SplitPort(entry);
    if (port != 0 && port != url.port) continue;
    std::string host = core::AsciiLower(name);
    if (host.starts_with("*.")) host.erase(0, 1);
    if (!address.empty()) {
      if (AddressBytes(host) == address) return true;
      continue;
    }
    if (host.starts_with('.')) {
      if (url.host.ends_with(host)) return true;
    } else if (url.host == host || url.host.ends_with("." + host)) {
      return true;
    }
  }
  return false;
}

std::string FirstOf(const core::Environment& environment, const char* upper, const char* lower) {
  std::string value = environment.Get(upper);
  return value.empty() ? environment.Get(lower) : value;
}

}  // namespace

std::optional<UrlParts> ParseUrl(std::string_view url) {
  UrlParts parts;
  size_t end = url.find("://");
  if (end == std::string_view::npos) return std::nullopt;
  parts.scheme = core::AsciiLower(url.substr(0, end));
  if (parts.scheme != "http" && parts.scheme != "https") return std::nullopt;
  url.remove_prefix(end + 3);
  size_t slash = url.find_first_of("/?#");
  std::string_view authority = url.substr(0, slash);
  parts.path = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
  for (char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 127) return std::nullopt;
  }
  auto [host, port] = SplitPort(authority);
  if (host.empty()) return std::nullopt;
  parts.host = core::AsciiLower(host);
  parts.port = port != 0 ? port : parts.scheme == "https" ? 443 : 80;
  return parts;
}

bool IsLoopbackHost(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  std::string address = AddressBytes(host);
  if (address.size() == 4) return address[0] == 127;
  return address.size() == 16 && address == std::string(15, '\0') + '\1';
}

std::string ProxyFor(const UrlParts& url, const core::Environment& environment) {
  std::string proxy = url.scheme == "https" ? FirstOf(environment, "HTTPS_PROXY", "https_proxy")
                                            : FirstOf(environment, "HTTP_PROXY", "http_proxy");
  if (proxy.empty() || IsLoopbackHost(url.host)) return {};
  if (BypassesProxy(url, FirstOf(environment, "NO_PROXY", "no_proxy"))) return {};
  return proxy.find("://") == std::string::npos ? "http://" + proxy : proxy;
}

std::string_view StatusText(int status) {
  static constexpr std::pair<int, std::string_view> kTexts[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Request Entity Too Large"},
      {414, "Request URI Too Long"},
      {415, "Unsupported Media Type"},
      {422, "Unprocessable Entity"},
      {423, "Locked"},
      {425, "Too Early"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  for (const auto& [code, text] : kTexts) {
    if (code == status) return text;
  }
  return {};
}

}  // namespace base::net
