// Apps: API Services integrations (OIDC service apps), their public keys, their granted scopes, their share
// of the rate limits; and API tokens (SSWS). Private keys are never stored: who generates one shows it once.
// Called by org/api, org/oauth and org/console.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "org/store/outcome.h"
#include "org/store/store.h"
#include "org/store/types.h"

namespace org::store {

struct App {
  std::string id;  // also the client id
  std::string name = "oidc_client";
  std::string label;
  bool active = true;
  std::string sign_on_mode = "OPENID_CONNECT";
  std::string application_type = "service";
  std::string auth_method = "private_key_jwt";  // token_endpoint_auth_method; or client_secret_basic, ...
  bool dpop_bound = false;
  int rate_percentage = 50;  // of each bucket, 1 to 100: the Application rate limits slider
  Time created;
  Time last_updated;
  boost::json::object settings;  // what the API was given and only echoes: notes, uris, ...
};

struct NewApp {
  std::string label;
  std::string auth_method = "private_key_jwt";
  std::string application_type = "service";
  std::string client_id;  // a wish of the caller; empty: made up
  bool dpop_bound = false;
  bool activate = true;
  boost::json::object settings;
};

// A service app is given the SUPER_ADMIN role at once, as developer orgs do.
Outcome<App> CreateApp(Store& store, const Actor& actor, const NewApp& app);
Outcome<App> FindApp(Store& store, std::string_view id);
// All apps in order of creation; `q` is a prefix of the label.
Outcome<Page<App>> ListApps(Store& store, const PageRequest& page, std::string_view q = {},
                            std::optional<bool> active = {});

struct AppUpdate {
  std::optional<std::string> label;
  std::optional<std::string> auth_method;
  std::optional<bool> dpop_bound;
  std::optional<int> rate_percentage;
  std::optional<boost::json::object> settings;
};
Outcome<App> UpdateApp(Store& store, const Actor& actor, std::string_view id, const AppUpdate& update);
Outcome<App> SetAppActive(Store& store, const Actor& actor, std::string_view id, bool active);
// Refused with E0000056 while the app is active.
Change DeleteApp(Store& store, const Actor& actor, std::string_view id);

struct AppKey {
  std::string id;  // "pks..."
  std::string app_id;
  std::string kid;
  boost::json::object jwk;  // public members only: kty, n, e or crv, x, y; use and alg where given
  bool active = true;
  Time created;
  Time last_updated;
};

Outcome<std::vector<AppKey>> ListKeys(Store& store, std::string_view app_id);
// `jwk` must be a public RSA key of 2048 bits or more, or an EC key on P-256/384/521; private members are
// refused. An absent kid is made up where the app has no key yet.
Outcome<AppKey> AddKey(Store& store, const Actor& actor, std::string_view app_id,
                       const boost::json::object& jwk, bool active = true);
Outcome<AppKey> FindKey(Store& store, std::string_view app_id, std::string_view key_id);
// The only active key of a private_key_jwt app cannot be deactivated.
Outcome<AppKey> SetKeyActive(Store& store, const Actor& actor, std::string_view app_id,
                             std::string_view key_id, bool active);
// Refused while the key is active.
Change DeleteKey(Store& store, const Actor& actor, std::string_view app_id, std::string_view key_id);

struct Grant {
  std::string id;  // "oag..."
  std::string app_id;
  std::string scope;
  Time created;
  Time last_updated;
  std::string created_by;
};

// Every okta.* scope that can be granted, sorted by name.
const std::vector<std::string>& KnownScopes();

Outcome<std::vector<Grant>> ListGrants(Store& store, std::string_view app_id);
Outcome<Grant> FindGrant(Store& store, std::string_view app_id, std::string_view grant_id);
// Granting twice gives the first grant. Unknown scopes are refused.
Outcome<Grant> GrantScope(Store& store, const Actor& actor, std::string_view app_id, std::string_view scope);
Change RevokeGrant(Store& store, const Actor& actor, std::string_view app_id, std::string_view grant_id);
// The same by the scope's name.
Change RevokeScope(Store& store, const Actor& actor, std::string_view app_id, std::string_view scope);

struct ApiToken {
  std::string id;  // "00T..."
  std::string name;
  std::string admin_id;
  int rate_percentage = 50;
  Time created;
};

// Gives the token's text, which only its digest outlives.
Outcome<std::string> CreateApiToken(Store& store, const Actor& actor, std::string_view name,
                                    std::string_view admin_id);
Outcome<ApiToken> FindApiToken(Store& store, std::string_view token);
Outcome<std::vector<ApiToken>> ListApiTokens(Store& store);
Change RevokeApiToken(Store& store, const Actor& actor, std::string_view id);

// Remembers `jti` until `expires`; false if this app has used it before. For client assertions and DPoP
// proofs.
Outcome<bool> UseOnce(Store& store, std::string_view app_id, std::string_view jti, Time expires);

}  // namespace org::store
