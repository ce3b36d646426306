// Credentials of calls: SSWS and ready-made access tokens, or client credentials with private_key_jwt, and
// DPoP proofs where the org binds its tokens. One token per principal, fetched once at a time and renewed in
// time. Used by client.cc of this room only. Source: RFC 6749, 7523, 9449 and Okta's org authorization
// server.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "okta/api/private_key.h"
#include "okta/api/transport.h"

namespace okta::api {

struct Credential {
  std::string scheme;  // "Bearer", "DPoP", "SSWS"
  std::string token;
  std::vector<std::string> scopes;  // granted ones, when the token endpoint named them
};

class TokenSource {
 public:
  TokenSource(const Settings& settings, Transport& transport);

  std::variant<Credential, ApiError> Get(std::stop_token stop);
  // The org called this token invalid; the next Get fetches another.
  void Discard(const std::string& token);
  // The org called the token invalid, and there is no other.
  void Refuse(const ApiError& error);
  // Whether Discard can help.
  bool renewable() const { return settings_.auth == AuthKind::kPrivateKey; }
  // Authorization and, for bound tokens, the proof for this call.
  base::core::Result<std::vector<std::pair<std::string, std::string>>> HeadersFor(
      const Credential& credential, std::string_view method, std::string_view url) const;

 private:
  std::variant<Credential, ApiError> Fetch(std::stop_token stop);
  std::variant<base::net::ClientRequest, ApiError> BuildRequest() const;
  std::variant<Credential, ApiError> ReadAnswer(const base::net::ClientResponse& response);
  std::string Explain(const ApiError& error, const base::net::ClientResponse& response) const;
  base::core::Result<std::string> Proof(std::string_view method, std::string_view url, std::string_view nonce,
                                        std::string_view access_token) const;

  const Settings& settings_;
  Transport& transport_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool fetching_ = false;
  std::optional<Credential> credential_;
  TimePoint expires_;
  std::optional<ApiError> failure_;  // the last one, which answers all calls for a while
  TimePoint failed_until_;
  // Only touched by the one who fetches, and read by all after the credential is there.
  std::optional<SigningKey> key_;
  std::optional<base::crypto::PrivateKey> proof_key_;
  std::string nonce_;
};

}  // namespace okta::api
