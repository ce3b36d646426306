#include "org/oauth/org_url.h"

#include <fmt/format.h>

#include "base/core/strings.h"

namespace org::oauth {
namespace {

constexpr std::string_view kOktaDomains[] = {".okta.com", ".oktapreview.com", ".okta-emea.com"};

// Without the port; brackets of an IPv6 address stay.
std::string HostOf(std::string_view authority) {
  size_t bracket = authority.rfind(']');
  size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket))
    authority = authority.substr(0, colon);
  return base::core::AsciiLower(authority);
}

bool IsOktaHost(std::string_view host) {
  for (std::string_view domain : kOktaDomains)
    if (host.size() > domain.size() && host.ends_with(domain)) return true;
  return false;
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
}

// What may stand in a Host header; anything else would end up in links.
bool IsPlainAuthority(std::string_view authority) {
  if (authority.empty() || authority.size() > 255) return false;
  return std::all_of(authority.begin(), authority.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']' || c == '_';
  });
}

}  // namespace

std::string OrgUrl(const base::net::ServerRequest& request) {
  std::string_view authority = request.authority;
  if (!IsPlainAuthority(authority)) return "http://localhost";
  return fmt::format("{}://{}", IsOktaHost(HostOf(authority)) ? "https" : "http", authority);
}

bool IsOwnUrl(std::string_view url, std::string_view path, const base::net::ServerRequest& request,
              std::string_view org_name) {
  size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return false;
  std::string_view scheme = url.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return false;
  std::string_view rest = url.substr(scheme_end + 3);
  size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view url_path = rest.substr(slash);
  // The issuer is taken as well as the endpoint.
  if (url_path != path && !url_path.empty() && url_path != "/") return false;
  const std::string host = HostOf(rest.substr(0, slash));
  for (std::string_view domain : kOktaDomains)
    if (host == base::core::AsciiLower(fmt::format("{}{}", org_name, domain))) return true;
  return IsLoopback(host) || host == HostOf(request.authority) || host == HostOf(request.Header("Host"));
}

}  // namespace org::oauth
