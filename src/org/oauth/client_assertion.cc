#include "org/oauth/client_assertion.h"

#include <boost/json.hpp>

#include "base/crypto/jws.h"
#include "org/oauth/org_url.h"

namespace org::oauth {
namespace {

namespace json = boost::json;
using base::crypto::Algorithm;

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr Algorithm kAlgorithms[] = {Algorithm::kRs256, Algorithm::kRs384, Algorithm::kRs512,
                                     Algorithm::kEs256, Algorithm::kEs384, Algorithm::kEs512};
// An assertion may not live longer than this from now on; there is no leeway.
constexpr std::chrono::hours kMaxLifetime{1};
constexpr size_t kMaxJtiLength = 512;

std::optional<store::Time> SecondsClaim(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  if (!value) return std::nullopt;
  double seconds = value->is_int64()    ? static_cast<double>(value->as_int64())
                   : value->is_uint64() ? static_cast<double>(value->as_uint64())
                   : value->is_double() ? value->as_double()
                                        : -1;
  if (!(seconds >= 0 && seconds < 1e11)) return std::nullopt;
  return store::Time(std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000)));
}

OauthResult<store::App> FindClient(store::Store& store, const base::crypto::CompactJws& assertion,
                                   std::string_view client_id) {
  const std::string issuer = assertion.ClaimText("iss"), subject = assertion.ClaimText("sub");
  auto app = store::FindApp(store, issuer);
  if (!app) {
    if (app.refusal().status != 404) return OauthError{500, "server_error", "Internal Server Error", {}};
    return InvalidClient("The issuer claim for client_assertion is not a valid client_id.");
  }
  if (subject != issuer)
    return InvalidClient("The subject claim for client_assertion is not a valid client_id.");
  if (!client_id.empty() && client_id != issuer)
    return InvalidClient("Invalid value for 'client_id' parameter.");
  // A deactivated app is as good as none.
  if (!app->active) return InvalidClient("The issuer claim for client_assertion is not a valid client_id.");
  return std::move(*app);
}

// With a kid: that key, if it is active. Without: the only active one; more than one leave it open whose it
// is.
OauthResult<store::AppKey> FindClientKey(store::Store& store, const store::App& app, std::string_view kid) {
  auto keys = store::ListKeys(store, app.id);
  if (!keys) return OauthError{500, "server_error", "Internal Server Error", {}};
  if (keys->empty())
    return InvalidClient(
        "The client does not have a JWKSet configured, but the client_assertion requires one.");
  std::erase_if(*keys,
                [&](const store::AppKey& key) { return !key.active || (!kid.empty() && key.kid != kid); });
  if (keys->size() != 1) return InvalidClient("The client_assertion JWT kid is invalid.");
  return std::move((*keys)[0]);
}

std::optional<OauthError> CheckSignature(const base::crypto::CompactJws& assertion,
                                         const store::AppKey& key) {
  auto algorithm = base::crypto::ParseAlgorithm(assertion.HeaderText("alg"));
  if (!algorithm ||
      std::find(std::begin(kAlgorithms), std::end(kAlgorithms), *algorithm) == std::end(kAlgorithms))
    return InvalidClient("The client_assertion JWT signature algorithm is invalid.");
  const json::value* use = key.jwk.if_contains("use");
  if (use && use->is_string() && use->as_string() == "enc")
    return InvalidClient("The client_assertion JWT needs to be signed using a signing key.");
  auto public_key = base::crypto::PublicKey::FromJwk(key.jwk);
  if (!public_key.ok() || !base::crypto::VerifyJws(assertion, kAlgorithms, *public_key))
    return InvalidClient("The client_assertion signature is invalid.");
  return std::nullopt;
}

bool AudienceIsOurs(const json::object& claims, std::string_view endpoint,
                    const base::net::ServerRequest& request, std::string_view org_name) {
  const json::value* audience = claims.if_contains("aud");
  if (!audience) return false;
  auto ours = [&](const json::value& value) {
    return value.is_string() && IsOwnUrl(value.as_string(), endpoint, request, org_name);
  };
  if (audience->is_array())
    return std::any_of(audience->as_array().begin(), audience->as_array().end(), ours);
  return ours(*audience);
}

std::optional<OauthError> CheckClaims(store::Store& store, const base::net::ServerRequest& request,
                                      const base::crypto::CompactJws& assertion, const store::App& app,
                                      std::string_view endpoint) {
  const store::Time now = store.Now();
  auto expires = SecondsClaim(assertion.claims, "exp");
  if (!expires)
    return InvalidClient("The client_assertion must contain the 'exp' claim as seconds since epoch.");
  if (*expires <= now) return InvalidClient("The client_assertion token is expired.");
  if (*expires > now + kMaxLifetime)
    return InvalidClient("The client_assertion token has an expiration too far into the future.");
  auto issued = SecondsClaim(assertion.claims, "iat");
  if (issued && *issued > now)
    return InvalidClient("The client_assertion token must be issued before the current time.");
  if (!AudienceIsOurs(assertion.claims, endpoint, request, store.org_name()))
    return InvalidClient(
        "The audience claim for client_assertion must be the endpoint invoked for the request.");
  const std::string jti = assertion.ClaimText("jti");
  if (jti.size() > kMaxJtiLength) return InvalidClient("The parsing of the client_assertion failed.");
  if (!jti.empty()) {
    auto fresh = store::UseOnce(store, app.id, jti, *expires);
    if (!fresh) return OauthError{500, "server_error", "Internal Server Error", {}};
    if (!*fresh) return InvalidClient("The client_assertion token has already been used.");
  }
  return std::nullopt;
}

std::optional<OauthError> CheckKindOfApp(const store::App& app) {
  if (app.application_type != "service")
    return InvalidClient(
        "Only clients with 'application_type' of 'service' may use the client_credentials "
        "'grant_type' with the Org Authorization Server.");
  if (app.auth_method != "private_key_jwt")
    return InvalidClient(
        "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
        "token_endpoint_auth_method.");
  return std::nullopt;
}

}  // namespace

std::string_view FormValue(const Form& form, std::string_view name) {
  for (const auto& [key, value] : form)
    if (key == name) return value;
  return {};
}

OauthResult<store::App> AuthenticateClient(store::Store& store, const base::net::ServerRequest& request,
                                           const Form& form, std::string_view endpoint) {
  const std::string_view assertion_text = FormValue(form, "client_assertion");
  const bool secret =
      !FormValue(form, "client_secret").empty() || request.Header("Authorization").starts_with("Basic ");
  if (assertion_text.empty()) {
    if (!secret) return InvalidClient("No client credentials found.");
    return InvalidClient(
        "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
        "token_endpoint_auth_method.");
  }
  if (secret)
    return OauthError{
        401,
        "invalid_request",
        "Cannot supply multiple client credentials. Use one of the following: credentials in the "
        "Authorization header, credentials in the post body, or a client_assertion in the post body.",
        {}};
  if (FormValue(form, "client_assertion_type") != kAssertionType)
    return InvalidRequest("The client_assertion_type is invalid.");
  auto assertion = base::crypto::ParseCompactJws(assertion_text);
  if (!assertion.ok()) return InvalidClient("The parsing of the client_assertion failed.");
  auto app = FindClient(store, *assertion, FormValue(form, "client_id"));
  if (!app.ok()) return app;
  auto key = FindClientKey(store, *app, assertion->HeaderText("kid"));
  if (!key.ok()) return key.error();
  if (auto error = CheckSignature(*assertion, *key)) return *error;
  if (auto error = CheckClaims(store, request, *assertion, *app, endpoint)) return *error;
  if (auto error = CheckKindOfApp(*app)) return *error;
  return app;
}

}  // namespace org::oauth
