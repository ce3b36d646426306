#include "org/console/security.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/net/http_client.h"

namespace org::console {
namespace {

using base::core::AsciiEqualIgnoreCase;

constexpr size_t kMaxBrakeEntries = 1024;
constexpr int kFreeAttempts = 5;
constexpr auto kMemory = std::chrono::minutes(15);

// "[::1]:80" -> "[::1]", "localhost:80" -> "localhost"
std::string_view WithoutPort(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

std::string BrakeKey(std::string_view address, std::string_view name) {
  return fmt::format("{}\n{}", address, base::core::AsciiLower(name.substr(0, 200)));
}

}  // namespace

void SetSecurityHeaders(base::net::ServerResponse& response) {
  response.Set("Content-Security-Policy",
               "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
               "frame-ancestors 'none'; base-uri 'none'");
  response.Set("X-Content-Type-Options", "nosniff");
  response.Set("X-Frame-Options", "DENY");
  // Not "no-referrer": it would turn the Origin of our own forms into "null".
  response.Set("Referrer-Policy", "same-origin");
  response.Set("Cross-Origin-Opener-Policy", "same-origin");
  response.Set("Cross-Origin-Resource-Policy", "same-origin");
  response.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  if (response.Header("Cache-Control").empty()) response.Set("Cache-Control", "no-store");
}

bool HostAllowed(const base::net::ServerRequest& request, const ConsoleOptions& options) {
  if (options.any_host) return true;
  std::string_view host = WithoutPort(request.authority);
  std::string_view bare = host;
  if (bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);
  if (base::net::IsLoopbackHost(bare)) return true;
  return std::ranges::any_of(options.host_names,
                             [&](const std::string& name) { return AsciiEqualIgnoreCase(host, name); });
}

bool OriginAllowed(const base::net::ServerRequest& request) {
  std::string_view site = request.Header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  std::string_view origin = request.Header("Origin");
  if (origin.empty()) return true;
  auto parts = origin.find("://");
  if (parts == std::string_view::npos) return false;
  return AsciiEqualIgnoreCase(origin.substr(parts + 3), request.authority);
}

std::string Cookie(const base::net::ServerRequest& request, std::string_view name) {
  for (std::string_view pair : base::core::SplitNonEmpty(request.Header("Cookie"), ';')) {
    auto split = base::core::SplitOnce(base::core::Trim(pair), '=');
    if (split && split->first == name) return std::string(split->second);
  }
  return {};
}

void SetCookie(base::net::ServerResponse& response, std::string_view name, std::string_view value) {
  response.Add("Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}", name, value,
                                         value.empty() ? "; Max-Age=0" : ""));
}

bool SameSecret(std::string_view a, std::string_view b) {
  if (a.empty() || a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

int SignInBrake::Attempt(std::string_view address, std::string_view name, store::Time now) {
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto& item) { return now - item.second.last > kMemory; });
  // Many names from somewhere: a full table brakes everybody a little rather than forgetting the guilty.
  std::string key = BrakeKey(address, entries_.size() < kMaxBrakeEntries ? name : std::string_view("*"));
  Entry& entry = entries_[key];
  if (now < entry.not_before) {
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(entry.not_before - now).count());
  }
  entry.last = now;
  ++entry.failures;
  if (entry.failures >= kFreeAttempts) {
    int wait = std::min(60, 1 << std::min(entry.failures - kFreeAttempts, 6));
    entry.not_before = now + std::chrono::seconds(wait);
  }
  return 0;
}

void SignInBrake::Succeeded(std::string_view address, std::string_view name) {
  std::lock_guard lock(mutex_);
  entries_.erase(BrakeKey(address, name));
}

}  // namespace org::console
