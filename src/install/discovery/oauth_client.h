// How people sign in at a host: the service login.v1 of its discovery document (or of a `host` block), read
// and checked. Not the signing in (install/login). Called by services.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/core/result.h"
#include "install/settings/tree.h"

namespace install::discovery {

struct OAuthClient {
  std::string id;
  bool authorization_code = false;  // grant_types: authz_code
  bool password = false;
  std::string authorization_url, token_url;  // the first is empty where that grant is not offered
  uint16_t first_port = 1024, last_port = 65535;
  std::vector<std::string> scopes;
};

struct LoginOffer {
  std::optional<OAuthClient> client;
  std::string mistake;  // why a login.v1 that is there cannot be used
  bool newer = false;   // there is a login.v2 or the like, and no login.v1
};

// `base`: the URL to which those inside are relative. Errors name the property and what it must be.
base::core::Result<OAuthClient> ReadOAuthClient(const std::string& base, const settings::Node& service);

// Puts the service `name` (login.v1, login.v2, ...) into the offer.
void TakeLogin(const std::string& base, const std::string& name, const settings::Node& service,
               LoginOffer* offer);

}  // namespace install::discovery
