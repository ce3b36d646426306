// The org authorization server: issues access tokens for apps' client credentials and recognizes them again.
// Not the rules about who may call what (org/api). Called by org/api.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/core/result.h"
#include "base/crypto/key.h"
#include "base/net/http_server.h"
#include "org/oauth/client_assertion.h"
#include "org/store/store.h"
#include "org/store/types.h"

namespace org::oauth {

// Who makes an API call.
struct Principal {
  enum class Kind { kApp, kApiToken };
  Kind kind = Kind::kApp;
  std::string id;  // of the app or the API token
  std::string name;
  int rate_percentage = 50;         // its share of each bucket
  std::vector<std::string> scopes;  // of an app's token; an API token may do all that its administrator may
  store::Actor actor;               // for the System Log
};

// Why a call is not authenticated.
struct NotAuthenticated {
  int status = 401;
  std::string code = "E0000011";
  std::string summary = "Invalid token provided";
  std::string challenge;  // WWW-Authenticate; may be empty
};

class AuthorizationServer {
 public:
  // `store` must outlive it. Fails when the store's signing key cannot be read.
  static base::core::Result<std::unique_ptr<AuthorizationServer>> Create(store::Store& store);

  // POST /oauth2/v1/token. Parameters may come as a form or in the query. `client` gets the id of the app
  // that was recognized, if any.
  base::net::ServerResponse Token(const base::net::ServerRequest& request, std::string* client = nullptr);
  // GET /oauth2/v1/keys
  base::net::ServerResponse Keys() const;
  // GET /.well-known/openid-configuration and /.well-known/oauth-authorization-server
  base::net::ServerResponse Metadata(const base::net::ServerRequest& request) const;
  // POST /oauth2/v1/introspect, authenticated as the token endpoint is.
  base::net::ServerResponse Introspect(const base::net::ServerRequest& request);

  // By "Authorization: Bearer|DPoP <token>" or "SSWS <api token>".
  std::variant<Principal, NotAuthenticated> Authenticate(const base::net::ServerRequest& request);

 private:
  struct Claims;
  AuthorizationServer(store::Store& store, base::crypto::PrivateKey key);
  base::net::ServerResponse Grant(const base::net::ServerRequest& request, const store::App& app,
                                  const std::vector<std::string>& scopes, std::string_view thumbprint);
  std::variant<Principal, NotAuthenticated> AuthenticateToken(const base::net::ServerRequest& request,
                                                              std::string_view token, bool dpop);
  std::optional<Claims> Read(std::string_view token) const;

  store::Store& store_;
  const base::crypto::PrivateKey key_;
  const base::crypto::PublicKey public_key_;
};

}  // namespace org::oauth
