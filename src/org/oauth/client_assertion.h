// Who asks for a token: checks a client's private_key_jwt assertion (RFC 7523) as Okta does.
// Not scopes and grants (authorization_server.cc). Called by the token and introspection endpoints.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/net/http_server.h"
#include "org/oauth/oauth_error.h"
#include "org/store/apps.h"
#include "org/store/store.h"

namespace org::oauth {

using Form = std::vector<std::pair<std::string, std::string>>;

// The first value, or "".
std::string_view FormValue(const Form& form, std::string_view name);

// The app that the assertion in `form` speaks for. `endpoint` is the path that the audience must name. Checks
// in this order: parsing, client, key, signature, exp, iat, aud, jti, kind of app.
OauthResult<store::App> AuthenticateClient(store::Store& store, const base::net::ServerRequest& request,
                                           const Form& form, std::string_view endpoint);

}  // namespace org::oauth
