// An authorization code for a token: RFC 6749 section 4.1 with PKCE (RFC 7636, S256), by way of a browser
// that comes back to a listener on loopback (RFC 8252). Not the opening of the browser, nor the exchange of
// the code (token_endpoint.h). Called by the command login.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/core/result.h"
#include "install/discovery/oauth_client.h"

namespace install::login {

// Secret but for the URI.
struct AuthorizationCode {
  std::string code, verifier, redirect_uri;
};

// The page that the browser ends on, as HTML: after success, or with what went wrong, which is a stranger's
// text.
using PageMaker = std::function<std::string(const std::string& problem)>;

class Authorization {
 public:
  // Listens on 127.0.0.1, on a free port of the client's range. Fails where there is none.
  static base::core::Result<std::unique_ptr<Authorization>> Start(const discovery::OAuthClient& client,
                                                                  PageMaker page);
  ~Authorization();
  Authorization(const Authorization&) = delete;
  Authorization& operator=(const Authorization&) = delete;

  // Where the browser is to go; has the state and the challenge, printable ASCII only.
  const std::string& url() const;

  // Until the browser has come back with our state, and the listener is closed. Errors: the host's refusal in
  // its own words, "interrupted". Requests with another state are answered, and do not count.
  base::core::Result<AuthorizationCode> Wait(std::stop_token stop);

 private:
  struct Impl;
  explicit Authorization(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace install::login
