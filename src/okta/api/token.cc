#include "okta/api/token.h"

#include <boost/json.hpp>

#include "base/core/log.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "base/crypto/jws.h"
#include "base/net/http_server.h"

namespace okta::api {
namespace {

namespace json = boost::json;
using base::core::Error;
using base::core::Result;
using base::net::ClientRequest;
using base::net::ClientResponse;
using std::chrono::seconds;

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
// The longest that the org accepts; a clock some seconds ahead of the org's would overshoot it.
constexpr int64_t kAssertionLifetime = 3600;
// A token must outlive the wait for a rate limit.
constexpr auto kRenewBefore = seconds(120);
// Thousands of calls must not try one after the other what has just failed: a refusal stays one for a while,
// an org in trouble may be well again soon.
constexpr auto kRefusedFor = seconds(60);
constexpr auto kInTroubleFor = seconds(5);

std::string TokenUrl(const Settings& settings) { return settings.org_url + "/oauth2/v1/token"; }

int64_t EpochSeconds(TimePoint time) { return std::chrono::floor<seconds>(time).time_since_epoch().count(); }

ApiError Problem(std::string message) {
  ApiError error;
  error.message = std::move(message);
  return error;
}

}  // namespace

TokenSource::TokenSource(const Settings& settings, Transport& transport)
    : settings_(settings), transport_(transport) {}

std::variant<Credential, ApiError> TokenSource::Get(std::stop_token stop) {
  if (!settings_.problem.empty()) return Problem(settings_.problem);
  std::unique_lock lock(mutex_);
  auto failed = [&] { return failure_ && transport_.clock().Now() < failed_until_; };
  if (!renewable()) {
    if (failed()) return *failure_;
    return Credential{settings_.auth == AuthKind::kApiToken ? "SSWS" : "Bearer", settings_.token, {}};
  }
  bool waited = changed_.wait(lock, stop, [&] { return !fetching_; });
  if (!waited) {
    ApiError error = Problem("interrupted");
    error.stopped = true;
    return error;
  }
  if (credential_ && transport_.clock().Now() < expires_) return *credential_;
  if (failed()) return *failure_;
  credential_.reset();
  fetching_ = true;
  lock.unlock();
  std::variant<Credential, ApiError> fetched = Fetch(stop);
  lock.lock();
  fetching_ = false;
  if (auto* credential = std::get_if<Credential>(&fetched)) {
    credential_ = *credential;
  } else if (ApiError& error = std::get<ApiError>(fetched); !error.stopped) {
    error.in_doubt = false;  // the call that wanted a token was not made
    failure_ = error;
    failed_until_ = transport_.clock().Now() + (error.code.empty() ? kInTroubleFor : kRefusedFor);
  }
  changed_.notify_all();
  return fetched;
}

void TokenSource::Discard(const std::string& token) {
  std::lock_guard lock(mutex_);
  if (credential_ && credential_->token == token) credential_.reset();
}

void TokenSource::Refuse(const ApiError& error) {
  std::lock_guard lock(mutex_);
  failure_ = error;
  failed_until_ = transport_.clock().Now() + kRefusedFor;
}

std::variant<Credential, ApiError> TokenSource::Fetch(std::stop_token stop) {
  if (!key_) {
    Result<SigningKey> key = LoadSigningKey(settings_.private_key);
    if (!key.ok()) return Problem(key.error().message());
    key_ = std::move(*key);
  }
  // At most: plain, with a proof, with a proof and a nonce.
  for (int round = 0;; ++round) {
    auto outcome = transport_.Send(Bucket::kOauthToken, true, [&] { return BuildRequest(); }, stop);
    if (auto* error = std::get_if<ApiError>(&outcome)) return std::move(*error);
    const ClientResponse& response = std::get<ClientResponse>(outcome);
    if (response.status >= 200 && response.status < 300) return ReadAnswer(response);
    ApiError error = ErrorOfResponse(response);
    bool wants_proof = error.code == "invalid_dpop_proof" && !proof_key_;
    bool wants_nonce = error.code == "use_dpop_nonce" && !response.Header("DPoP-Nonce").empty();
    if (round < 3 && (wants_proof || wants_nonce)) {
      if (!proof_key_) proof_key_ = base::crypto::PrivateKey::GenerateEc();
      if (wants_nonce) nonce_ = std::string(response.Header("DPoP-Nonce"));
      continue;
    }
    // The refusal concerns the login, not the resource's own call: no ", Status: ..." behind it.
    if (!error.summary.empty()) error.message = "the API returned an error: " + error.summary;
    error.detail = Explain(error, response);
    error.status = 0;
    return error;
  }
}

std::variant<ClientRequest, ApiError> TokenSource::BuildRequest() const {
  int64_t now = EpochSeconds(transport_.clock().Now());
  json::object claims;
  claims["iss"] = settings_.client_id;
  claims["sub"] = settings_.client_id;
  claims["aud"] = TokenUrl(settings_);
  claims["iat"] = now;
  claims["exp"] = now + kAssertionLifetime;
  claims["jti"] = base::crypto::RandomUuid();
  json::object header;
  if (!settings_.private_key_id.empty()) header["kid"] = settings_.private_key_id;
  Result<std::string> assertion =
      base::crypto::SignCompactJws(key_->algorithm, key_->key, std::move(header), json::serialize(claims));
  if (!assertion.ok()) return Problem(assertion.error().message());

  ClientRequest request;
  request.method = "POST";
  request.url = TokenUrl(settings_);
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body =
      fmt::format("grant_type=client_credentials&scope={}&client_assertion_type={}&client_assertion={}",
                  base::net::PercentEncode(base::core::Join(settings_.scopes, " ")),
                  base::net::PercentEncode(kAssertionType), *assertion);
  if (proof_key_) {
    Result<std::string> proof = Proof("POST", request.url, nonce_, "");
    if (!proof.ok()) return Problem(proof.error().message());
    request.headers.emplace_back("DPoP", std::move(*proof));
  }
  return request;
}

std::variant<Credential, ApiError> TokenSource::ReadAnswer(const ClientResponse& response) {
  Result<json::value> parsed = base::crypto::ParseJson(response.body);
  if (!parsed.ok() || !parsed->is_object())
    return Problem("the token endpoint's answer is not a JSON object");
  const json::object& object = parsed->get_object();
  auto text = [&](std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  Credential credential;
  credential.token = text("access_token");
  if (credential.token.empty()) return Problem("the token endpoint's answer has no access_token");
  credential.scheme = base::core::AsciiEqualIgnoreCase(text("token_type"), "DPoP") ? "DPoP" : "Bearer";
  if (credential.scheme == "DPoP" && !proof_key_)
    return Problem("the token is bound to a key that we do not have");
  const std::string granted = text("scope");
  for (std::string_view scope : base::core::SplitNonEmpty(granted, ' '))
    credential.scopes.emplace_back(scope);
  int64_t lifetime = 3600;
  if (const json::value* value = object.if_contains("expires_in"); value != nullptr && value->is_int64()) {
    lifetime = value->get_int64();
  }
  // Short-lived tokens serve half their life.
  Duration use = seconds(lifetime) > 2 * kRenewBefore ? Duration(seconds(lifetime) - kRenewBefore)
                                                      : Duration(seconds(lifetime)) / 2;
  std::lock_guard lock(mutex_);
  expires_ = transport_.clock().Now() + use;
  base::core::Log(base::core::LogLevel::kDebug, "okta", "got a {} token for {} s", credential.scheme,
                  lifetime);
  return credential;
}

std::string TokenSource::Explain(const ApiError& error, const ClientResponse& response) const {
  std::string text = fmt::format("Okta refused to give client {} an access token ({}).", settings_.client_id,
                                 error.code.empty() ? "no reason given" : error.code);
  auto says = [&](std::string_view part) { return base::core::Contains(error.summary, part); };
  if (says("kid is invalid") || says("signature is invalid")) {
    text += settings_.private_key_id.empty()
                ? " The private key does not match an active public key of the app, or the app has several "
                  "active keys, and then private_key_id must name the one that belongs to private_key."
                : fmt::format(
                      " private_key_id is \"{}\": an active key of the app must have this kid and belong to "
                      "private_key.",
                      settings_.private_key_id);
  } else if (says("expiration too far") || says("issued before the current time") || says("is expired")) {
    std::string_view date = response.Header("Date");
    text += fmt::format(" This machine's clock and the org's disagree: here it is {}, there {}.",
                        base::core::FormatRfc3339(transport_.clock().Now()), date.empty() ? "unknown" : date);
  } else if (error.code == "consent_required" || error.code == "invalid_scope") {
    text += fmt::format(" Requested scopes: {}. Grant them on the app's \"Okta API Scopes\" tab.",
                        base::core::Join(settings_.scopes, ", "));
  } else if (says("issuer claim") || says("subject claim") || says("client_id")) {
    text += fmt::format(" Check client_id and that it belongs to {}.", settings_.org_url);
  }
  return text;
}

Result<std::string> TokenSource::Proof(std::string_view method, std::string_view url, std::string_view nonce,
                                       std::string_view access_token) const {
  json::object claims;
  claims["htm"] = json::string_view(method.data(), method.size());
  std::string_view bare = url.substr(0, url.find_first_of("?#"));
  claims["htu"] = json::string_view(bare.data(), bare.size());
  claims["iat"] = EpochSeconds(transport_.clock().Now());
  claims["jti"] = base::crypto::RandomUuid();
  if (!nonce.empty()) claims["nonce"] = json::string_view(nonce.data(), nonce.size());
  if (!access_token.empty()) {
    claims["ath"] = base::crypto::Base64UrlEncode(base::crypto::Sha256(access_token));
  }
  json::object header;
  header["typ"] = "dpop+jwt";
  header["jwk"] = proof_key_->Public().ToJwk();
  return base::crypto::SignCompactJws(base::crypto::Algorithm::kEs256, *proof_key_, std::move(header),
                                      json::serialize(claims));
}

Result<std::vector<std::pair<std::string, std::string>>> TokenSource::HeadersFor(const Credential& credential,
                                                                                 std::string_view method,
                                                                                 std::string_view url) const {
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Authorization", credential.scheme + " " + credential.token}};
  if (credential.scheme == "DPoP") {
    ASSIGN_OR_RETURN(std::string proof, Proof(method, url, "", credential.token));
    headers.emplace_back("DPoP", std::move(proof));
    headers.emplace_back("x-okta-user-agent-extended", "isDPoP:true");
  }
  return headers;
}

}  // namespace okta::api
