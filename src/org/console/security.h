// What protects the console beside the session: response headers, the check of host and origin, cookies,
// comparison of secrets, and the brake on guessing passwords.
// Not passwords and sessions themselves (org/store/admins.h). Called by console.cc and sign_in.cc.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/net/http_server.h"
#include "org/console/console.h"
#include "org/store/types.h"

namespace org::console {

// CSP without inline script or style, no framing, no sniffing, no referrer to others, nothing kept in caches
// unless the response says otherwise.
void SetSecurityHeaders(base::net::ServerResponse& response);

// Whether the request is addressed to us: a loopback name or address, or one of the options'.
bool HostAllowed(const base::net::ServerRequest& request, const ConsoleOptions& options);
// Whether a request that changes something comes from our own pages: no Origin, or the one of the request's
// own host; and Sec-Fetch-Site, where the browser sends it, agrees.
bool OriginAllowed(const base::net::ServerRequest& request);

// The value of a cookie, or "".
std::string Cookie(const base::net::ServerRequest& request, std::string_view name);
// HttpOnly; SameSite=Strict; Path=/. An empty value removes the cookie.
void SetCookie(base::net::ServerResponse& response, std::string_view name, std::string_view value);

// Takes the same time wherever the texts differ.
bool SameSecret(std::string_view a, std::string_view b);

// Counts failed sign-ins per address and name. After five the next attempt has to wait: 1 s, 2 s, 4 s, up to
// a minute. Forgets after a quarter of an hour, and on success.
class SignInBrake {
 public:
  // Seconds to wait before an attempt is looked at; 0: go on. Counts the attempt as failed until Succeeded.
  int Attempt(std::string_view address, std::string_view name, store::Time now);
  void Succeeded(std::string_view address, std::string_view name);

 private:
  struct Entry {
    int failures = 0;
    store::Time last;
    store::Time not_before;
  };
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace org::console
