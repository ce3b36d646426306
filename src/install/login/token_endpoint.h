// Where a host gives out tokens (RFC 6749, sections 4.1.3 and 4.3.2). Nothing is tried twice, since codes are
// good once, and no redirect is followed, since the request holds secrets. Called by the command login.
#pragma once

#include <stop_token>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/net/http_client.h"
#include "install/discovery/oauth_client.h"
#include "install/login/authorization.h"

namespace install::login {

class TokenEndpoint {
 public:
  // With the proxies and CAs of the environment.
  explicit TokenEndpoint(const base::core::Environment& environment);

  // The token. Errors have what the host says of its refusal, without anything that it was sent.
  base::core::Result<std::string> Exchange(const discovery::OAuthClient& client,
                                           const AuthorizationCode& code, std::stop_token stop);
  base::core::Result<std::string> SignIn(const discovery::OAuthClient& client, const std::string& name,
                                         const std::string& password, std::stop_token stop);

 private:
  using Form = std::vector<std::pair<std::string, std::string>>;
  base::core::Result<std::string> Ask(const std::string& url, const Form& form, std::stop_token stop);
  base::net::HttpClient client_;
};

}  // namespace install::login
