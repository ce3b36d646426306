#include "org/oauth/dpop.h"

#include <boost/json.hpp>

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "base/crypto/jws.h"
#include "org/oauth/org_url.h"
#include "org/store/apps.h"

namespace org::oauth {
namespace {

namespace json = boost::json;
using base::crypto::Algorithm;

constexpr Algorithm kAlgorithms[] = {Algorithm::kRs256, Algorithm::kRs384, Algorithm::kRs512,
                                     Algorithm::kEs256, Algorithm::kEs384, Algorithm::kEs512};
constexpr std::chrono::minutes kMaxAge{5};
constexpr int kNonceDays = 4;

OauthError InvalidProof(std::string_view description) {
  return {400, "invalid_dpop_proof", std::string(description), {}};
}

// The proof's text; exactly one header.
OauthResult<std::string> ProofHeader(const base::net::ServerRequest& request) {
  std::string proof;
  int count = 0;
  for (const auto& [name, value] : request.headers) {
    if (!base::core::AsciiEqualIgnoreCase(name, "DPoP")) continue;
    proof = value;
    ++count;
  }
  if (count == 0) return InvalidProof("The DPoP proof JWT header is missing.");
  if (count > 1) return InvalidProof("The DPoP proof JWT header must not be duplicated.");
  return proof;
}

// Everything but nonce and ath.
OauthResult<base::crypto::CompactJws> CheckProof(store::Store& store, const base::net::ServerRequest& request,
                                                 DpopProof* result) {
  auto text = ProofHeader(request);
  if (!text.ok()) return text.error();
  auto proof = base::crypto::ParseCompactJws(*text);
  if (!proof.ok()) return InvalidProof("The DPoP proof JWT cannot be parsed.");
  if (proof->HeaderText("typ") != "dpop+jwt")
    return InvalidProof("The DPoP proof JWT header 'typ' must be 'dpop+jwt'.");
  auto algorithm = base::crypto::ParseAlgorithm(proof->HeaderText("alg"));
  if (!algorithm ||
      std::find(std::begin(kAlgorithms), std::end(kAlgorithms), *algorithm) == std::end(kAlgorithms))
    return InvalidProof("The DPoP proof JWT signature algorithm is invalid.");
  const json::value* jwk = proof->header.if_contains("jwk");
  if (!jwk || !jwk->is_object() || jwk->as_object().contains("d"))
    return InvalidProof("The DPoP proof JWT header 'jwk' is invalid.");
  auto key = base::crypto::PublicKey::FromJwk(jwk->as_object());
  if (!key.ok() || !base::crypto::VerifyJws(*proof, kAlgorithms, *key))
    return InvalidProof("The DPoP proof JWT signature is invalid.");
  if (proof->ClaimText("htm") != request.method)
    return InvalidProof("The 'htm' claim in the DPoP proof JWT is invalid.");
  const std::string htu = proof->ClaimText("htu");
  if (!IsOwnUrl(htu, request.path, request, store.org_name()) || !htu.ends_with(request.path))
    return InvalidProof("The 'htu' claim in the DPoP proof JWT is invalid.");
  const json::value* iat = proof->claims.if_contains("iat");
  if (!iat || !iat->is_int64() || iat->as_int64() < 0 || iat->as_int64() > 100000000000)
    return InvalidProof("The 'iat' claim in the DPoP proof JWT is invalid.");
  const store::Time issued{std::chrono::seconds(iat->as_int64())}, now = store.Now();
  if (issued > now) return InvalidProof("The DPoP proof JWT is issued in the future.");
  if (issued < now - kMaxAge)
    return InvalidProof("The DPoP proof JWT is issued more than five minutes in the past.");
  const std::string jti = proof->ClaimText("jti");
  if (jti.empty() || jti.size() > 512)
    return InvalidProof("The 'jti' claim in the DPoP proof JWT is invalid.");
  result->thumbprint = key->Thumbprint();
  return std::move(*proof);
}

std::optional<OauthError> UseProofOnce(store::Store& store, const DpopProof& proof, const std::string& jti) {
  auto fresh = store::UseOnce(store, "dpop:" + proof.thumbprint, jti, store.Now() + kMaxAge + kMaxAge);
  if (!fresh) return OauthError{500, "server_error", "Internal Server Error", {}};
  if (!*fresh) return InvalidProof("The DPoP proof JWT has already been used.");
  return std::nullopt;
}

}  // namespace

std::string DpopNonce(const store::Store& store, int days_ago) {
  auto day = std::chrono::floor<std::chrono::days>(store.Now()).time_since_epoch().count() - days_ago;
  std::string mac =
      base::crypto::Hmac(base::crypto::Digest::kSha256, store.signing_key_pem(), fmt::format("nonce{}", day));
  return base::crypto::Base64UrlEncode(mac.substr(0, 24));
}

OauthResult<DpopProof> CheckTokenProof(store::Store& store, const base::net::ServerRequest& request) {
  DpopProof result;
  auto proof = CheckProof(store, request, &result);
  if (!proof.ok()) return proof.error();
  const std::string nonce = proof->ClaimText("nonce");
  bool known = false;
  for (int day = 0; day < kNonceDays; ++day)
    known |= base::crypto::ConstantTimeEqual(nonce, DpopNonce(store, day));
  if (!known)
    return OauthError{400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.",
                      DpopNonce(store)};
  if (auto error = UseProofOnce(store, result, proof->ClaimText("jti"))) return *error;
  return result;
}

OauthResult<DpopProof> CheckResourceProof(store::Store& store, const base::net::ServerRequest& request,
                                          std::string_view access_token) {
  DpopProof result;
  auto proof = CheckProof(store, request, &result);
  if (!proof.ok()) return proof.error();
  if (proof->ClaimText("ath") != base::crypto::Base64UrlEncode(base::crypto::Sha256(access_token)))
    return InvalidProof("The 'ath' claim in the DPoP proof does not match the presented access_token.");
  if (auto error = UseProofOnce(store, result, proof->ClaimText("jti"))) return *error;
  return result;
}

}  // namespace org::oauth
