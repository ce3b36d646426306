#include "org/oauth/authorization_server.h"

#include <boost/json.hpp>

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/crypto/jws.h"
#include "org/oauth/dpop.h"
#include "org/oauth/org_url.h"
#include "org/store/events.h"

namespace org::oauth {
namespace {

namespace json = boost::json;
using base::crypto::Algorithm;
using base::net::ServerRequest;
using base::net::ServerResponse;

constexpr std::string_view kTokenPath = "/oauth2/v1/token";
constexpr std::string_view kIntrospectPath = "/oauth2/v1/introspect";
constexpr std::string_view kGrantTypes =
    "[authorization_code, implicit, refresh_token, password, client_credentials, "
    "urn:ietf:params:oauth:grant-type:device_code]";
constexpr std::chrono::seconds kTokenLifetime{3600};

// The form's fields, then those of the query: one of the SDKs sends all of them there.
Form Parameters(const ServerRequest& request) {
  Form form;
  if (request.Header("Content-Type").starts_with("application/x-www-form-urlencoded"))
    form = base::net::ParseForm(request.body);
  form.insert(form.end(), request.query.begin(), request.query.end());
  return form;
}

store::Actor ClientActor(const store::App& app, const ServerRequest& request) {
  return {.id = app.id,
          .type = "PublicClientApp",
          .alternate_id = app.id,
          .display_name = app.label,
          .ip_address = request.remote_address,
          .user_agent = std::string(request.Header("User-Agent")),
          .request_uri = request.path};
}

void LogGrant(store::Store& store, const store::Actor& actor, std::string_view reason) {
  // A log that cannot be written must not stop sign-in; the store has reported it.
  (void)store::LogEvent(store, actor,
                        {.type = "app.oauth2.token.grant.access_token",
                         .message = "OAuth2 access token is granted",
                         .targets = {{actor.id, "PublicClientApp", actor.id, actor.display_name}},
                         .result = reason.empty() ? "SUCCESS" : "FAILURE",
                         .reason = std::string(reason),
                         .severity = reason.empty() ? "INFO" : "WARN"});
}

std::optional<OauthError> CheckGrantType(std::string_view grant_type) {
  if (grant_type.empty())
    return InvalidRequest(
        fmt::format("The token request must specify a 'grant_type'. Valid values: {}.", kGrantTypes));
  if (grant_type == "client_credentials") return std::nullopt;
  return OauthError{
      400,
      "unsupported_grant_type",
      "The authorization grant type is not supported by the authorization server. Configured grant "
      "types: [client_credentials].",
      {}};
}

// The requested scopes that the app was granted.
OauthResult<std::vector<std::string>> GrantedScopes(store::Store& store, const store::App& app,
                                                    std::string_view requested) {
  const std::vector<std::string_view> names = base::core::SplitNonEmpty(requested, ' ');
  if (names.empty()) return OauthError{400, "invalid_scope", "No scopes were requested.", {}};
  const std::vector<std::string>& known = store::KnownScopes();
  for (std::string_view name : names) {
    if (name == "openid" || name == "offline_access")
      return OauthError{400,
                        "invalid_scope",
                        fmt::format("Cannot request '{}' scopes using client credentials.", name),
                        {}};
    if (name.starts_with("okta.") && name.ends_with(".self"))
      return OauthError{400,
                        "client_credentials_self_scope_requested",
                        "The 'client_credentials' grant type may not request .self scopes.",
                        {}};
    if (!std::binary_search(known.begin(), known.end(), name))
      return OauthError{400,
                        "invalid_scope",
                        "One or more scopes are not configured for the authorization server resource.",
                        {}};
  }
  auto grants = store::ListGrants(store, app.id);
  if (!grants) return OauthError{500, "server_error", "Internal Server Error", {}};
  std::vector<std::string> granted;
  for (std::string_view name : names) {
    bool given = std::any_of(grants->begin(), grants->end(),
                             [&](const store::Grant& grant) { return grant.scope == name; });
    if (given && std::find(granted.begin(), granted.end(), name) == granted.end()) granted.emplace_back(name);
  }
  if (granted.empty())
    return OauthError{400, "consent_required", "You are not allowed any of the requested scopes.", {}};
  return granted;
}

ServerResponse JsonAnswer(const json::value& value) {
  ServerResponse response;
  response.Set("Content-Type", "application/json");
  response.body = json::serialize(value);
  return response;
}

NotAuthenticated InvalidToken(const ServerRequest& request, std::string_view description, bool dpop) {
  const std::string url = OrgUrl(request);
  NotAuthenticated result;
  result.challenge = fmt::format(
      "{} authorization_uri=\"{}/oauth2/v1/authorize\", realm=\"{}\", scope=\"okta.users.read\", "
      "error=\"invalid_token\", error_description=\"{}\", resource=\"{}\"",
      dpop ? "DPoP algs=\"RS256 RS384 RS512 ES256 ES384 ES512\"," : "Bearer", url, url, description,
      request.path);
  return result;
}

}  // namespace

struct AuthorizationServer::Claims {
  std::string client_id;
  std::vector<std::string> scopes;
  store::Time issued, expires;
  std::string thumbprint;  // of a DPoP-bound token
  json::object all;
};

base::core::Result<std::unique_ptr<AuthorizationServer>> AuthorizationServer::Create(store::Store& store) {
  ASSIGN_OR_RETURN(base::crypto::PrivateKey key, base::crypto::PrivateKey::FromPem(store.signing_key_pem()));
  return std::unique_ptr<AuthorizationServer>(new AuthorizationServer(store, std::move(key)));
}

AuthorizationServer::AuthorizationServer(store::Store& store, base::crypto::PrivateKey key)
    : store_(store), key_(std::move(key)), public_key_(key_.Public()) {}

ServerResponse AuthorizationServer::Token(const ServerRequest& request, std::string* client) {
  const Form form = Parameters(request);
  if (auto error = CheckGrantType(FormValue(form, "grant_type"))) return RenderOauthError(*error);
  auto app = AuthenticateClient(store_, request, form, kTokenPath);
  if (!app.ok()) {
    store::Actor actor;
    actor.ip_address = request.remote_address;
    LogGrant(store_, actor, app.error().description);
    return RenderOauthError(app.error());
  }
  if (client) *client = app->id;
  const store::Actor actor = ClientActor(*app, request);
  auto refuse = [&](const OauthError& error) {
    LogGrant(store_, actor, error.description);
    return RenderOauthError(error);
  };
  auto scopes = GrantedScopes(store_, *app, FormValue(form, "scope"));
  if (!scopes.ok()) return refuse(scopes.error());
  std::string thumbprint;
  if (app->dpop_bound || !request.Header("DPoP").empty()) {
    auto proof = CheckTokenProof(store_, request);
    if (!proof.ok()) return refuse(proof.error());
    thumbprint = proof->thumbprint;
  }
  LogGrant(store_, actor, "");
  return Grant(request, *app, *scopes, thumbprint);
}

ServerResponse AuthorizationServer::Grant(const ServerRequest& request, const store::App& app,
                                          const std::vector<std::string>& scopes,
                                          std::string_view thumbprint) {
  const std::string issuer = OrgUrl(request);
  const int64_t now = std::chrono::floor<std::chrono::seconds>(store_.Now()).time_since_epoch().count();
  json::object claims{{"ver", 1},
                      {"jti", "AT." + base::crypto::RandomAlphanumeric(43)},
                      {"iss", issuer},
                      {"aud", issuer},
                      {"sub", app.id},
                      {"iat", now},
                      {"exp", now + kTokenLifetime.count()},
                      {"cid", app.id},
                      {"scp", json::array(scopes.begin(), scopes.end())}};
  if (!thumbprint.empty()) claims["cnf"] = json::object{{"jkt", thumbprint}};
  auto token = base::crypto::SignCompactJws(Algorithm::kRs256, key_, {{"kid", store_.signing_key_id()}},
                                            json::serialize(claims));
  CHECK(token.ok());
  ServerResponse response = JsonAnswer(json::object{{"token_type", thumbprint.empty() ? "Bearer" : "DPoP"},
                                                    {"expires_in", kTokenLifetime.count()},
                                                    {"access_token", *token},
                                                    {"scope", base::core::Join(scopes, " ")}});
  response.Set("Cache-Control", "no-cache, no-store");
  response.Set("Pragma", "no-cache");
  return response;
}

ServerResponse AuthorizationServer::Keys() const {
  json::object key = public_key_.ToJwk();
  key["kid"] = store_.signing_key_id();
  key["use"] = "sig";
  key["alg"] = "RS256";
  return JsonAnswer(json::object{{"keys", json::array{std::move(key)}}});
}

ServerResponse AuthorizationServer::Metadata(const ServerRequest& request) const {
  const std::string url = OrgUrl(request);
  json::array algorithms{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"};
  json::array scopes(store::KnownScopes().begin(), store::KnownScopes().end());
  return JsonAnswer(json::object{{"issuer", url},
                                 {"token_endpoint", url + std::string(kTokenPath)},
                                 {"jwks_uri", url + "/oauth2/v1/keys"},
                                 {"introspection_endpoint", url + std::string(kIntrospectPath)},
                                 {"response_types_supported", json::array{"token"}},
                                 {"grant_types_supported", json::array{"client_credentials"}},
                                 {"subject_types_supported", json::array{"public"}},
                                 {"id_token_signing_alg_values_supported", json::array{"RS256"}},
                                 {"scopes_supported", std::move(scopes)},
                                 {"token_endpoint_auth_methods_supported", json::array{"private_key_jwt"}},
                                 {"token_endpoint_auth_signing_alg_values_supported", algorithms},
                                 {"dpop_signing_alg_values_supported", algorithms}});
}

ServerResponse AuthorizationServer::Introspect(const ServerRequest& request) {
  const Form form = Parameters(request);
  auto app = AuthenticateClient(store_, request, form, kIntrospectPath);
  if (!app.ok()) return RenderOauthError(app.error());
  auto claims = Read(FormValue(form, "token"));
  // A client learns about its own tokens only.
  if (!claims || claims->client_id != app->id || claims->expires <= store_.Now())
    return JsonAnswer(json::object{{"active", false}});
  json::object answer{{"active", true},
                      {"scope", base::core::Join(claims->scopes, " ")},
                      {"client_id", claims->client_id},
                      {"token_type", claims->thumbprint.empty() ? "Bearer" : "DPoP"}};
  for (std::string_view name : {"exp", "iat", "sub", "aud", "iss", "jti", "cnf"})
    if (const json::value* claim = claims->all.if_contains(name)) answer[name] = *claim;
  return JsonAnswer(answer);
}

std::optional<AuthorizationServer::Claims> AuthorizationServer::Read(std::string_view token) const {
  static constexpr Algorithm kAllowed[] = {Algorithm::kRs256};
  auto jws = base::crypto::ParseCompactJws(token);
  if (!jws.ok() || !base::crypto::VerifyJws(*jws, kAllowed, public_key_)) return std::nullopt;
  // Signed by us: the shape is known.
  Claims claims;
  claims.client_id = jws->ClaimText("cid");
  for (const json::value& scope : jws->claims.at("scp").as_array())
    claims.scopes.emplace_back(scope.as_string());
  claims.issued = store::Time(std::chrono::seconds(jws->claims.at("iat").as_int64()));
  claims.expires = store::Time(std::chrono::seconds(jws->claims.at("exp").as_int64()));
  if (const json::value* confirmation = jws->claims.if_contains("cnf"))
    claims.thumbprint = confirmation->at("jkt").as_string();
  claims.all = std::move(jws->claims);
  return claims;
}

std::variant<Principal, NotAuthenticated> AuthorizationServer::AuthenticateToken(const ServerRequest& request,
                                                                                 std::string_view token,
                                                                                 bool dpop) {
  auto claims = Read(token);
  if (!claims) return InvalidToken(request, "The access token is invalid.", dpop);
  if (claims->expires <= store_.Now()) return InvalidToken(request, "The token has expired.", dpop);
  auto app = store::FindApp(store_, claims->client_id);
  if (!app || !app->active) return InvalidToken(request, "The access token is invalid.", dpop);
  if (claims->thumbprint.empty() && dpop)
    return InvalidToken(request, "The presented access_token is not DPoP bound.", true);
  if (!claims->thumbprint.empty()) {
    auto bad = [&](std::string_view text) {
      NotAuthenticated result = InvalidToken(request, text, true);
      result.status = 400;
      return result;
    };
    if (!dpop)
      return bad(
          "The resource request must use the DPoP authentication scheme when using a DPoP bound token.");
    if (request.Header("DPoP").empty()) return bad("The resource request requires a DPoP proof.");
    auto proof = CheckResourceProof(store_, request, token);
    if (!proof.ok()) return bad(proof.error().description);
    if (proof->thumbprint != claims->thumbprint)
      return bad("The DPoP proof JWT is not signed by the key that the access_token is bound to.");
  }
  Principal principal;
  principal.kind = Principal::Kind::kApp;
  principal.id = app->id;
  principal.name = app->label;
  principal.rate_percentage = app->rate_percentage;
  principal.scopes = std::move(claims->scopes);
  principal.actor = ClientActor(*app, request);
  return principal;
}

std::variant<Principal, NotAuthenticated> AuthorizationServer::Authenticate(const ServerRequest& request) {
  const std::string_view header = request.Header("Authorization");
  auto scheme = base::core::SplitOnce(header, ' ');
  if (!scheme) return NotAuthenticated{401, "E0000005", "Invalid session", {}};
  const auto [name, token] = *scheme;
  if (base::core::AsciiEqualIgnoreCase(name, "Bearer")) return AuthenticateToken(request, token, false);
  if (base::core::AsciiEqualIgnoreCase(name, "DPoP")) return AuthenticateToken(request, token, true);
  if (!base::core::AsciiEqualIgnoreCase(name, "SSWS"))
    return NotAuthenticated{401, "E0000005", "Invalid session", {}};
  auto found = store::FindApiToken(store_, token);
  if (!found) return NotAuthenticated{};
  Principal principal;
  principal.kind = Principal::Kind::kApiToken;
  principal.id = found->id;
  principal.name = found->name;
  principal.rate_percentage = found->rate_percentage;
  principal.actor = {.id = found->admin_id,
                     .type = "User",
                     .alternate_id = found->name,
                     .display_name = found->name,
                     .ip_address = request.remote_address,
                     .user_agent = std::string(request.Header("User-Agent")),
                     .request_uri = request.path};
  return principal;
}

}  // namespace org::oauth
