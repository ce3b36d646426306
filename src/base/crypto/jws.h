// Compact JWS (RFC 7515) and the JSON claims that OAuth puts into it.
// Not a validator of claims: iss, aud, exp and jti are the caller's to judge; no JWE, no "none", no HMAC.
// Called by the Okta client (client assertions, DPoP proofs) and by the local org (to check and issue them).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/core/result.h"
#include "base/crypto/key.h"

namespace base::crypto {

// Parsed, NOT yet verified.
struct CompactJws {
  boost::json::object header;
  std::string payload;         // decoded bytes
  boost::json::object claims;  // the payload as JSON object; empty when it is none
  std::string signing_input;   // "header.payload" as sent
  std::string signature;       // decoded bytes

  std::string HeaderText(std::string_view name) const;  // "" when absent or no string
  std::string ClaimText(std::string_view name) const;
};

// Limits: 64 KiB of text, JSON depth 16. Refuses "crit" headers, which we would have to understand.
core::Result<CompactJws> ParseCompactJws(std::string_view text);

// True when the header's alg is one of `allowed`, fits the key, and the signature is right.
bool VerifyJws(const CompactJws& jws, std::span<const Algorithm> allowed, const PublicKey& key);

// `header` gets "alg" put in front.
core::Result<std::string> SignCompactJws(Algorithm algorithm, const PrivateKey& key,
                                         boost::json::object header, std::string_view payload);

// JSON text of an untrusted source: bounded depth, no duplicates resolved silently beyond last-wins.
core::Result<boost::json::value> ParseJson(std::string_view text, size_t max_depth = 32);

}  // namespace base::crypto
