// Asymmetric keys: PEM and JWK in and out, raw signatures (RFC 7518 forms), OpenSSL 3 EVP.
// Not for compact JWS texts (jws.h) nor for certificates.
// Called by jws.h, the language's rsadecrypt, the Okta client (private_key_jwt, DPoP) and the local org.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/core/result.h"

struct evp_pkey_st;

namespace base::crypto {

enum class KeyKind { kRsa, kEc };

// RFC 7518 §3.1. Symmetric algorithms and "none" are left out on purpose.
enum class Algorithm { kRs256, kRs384, kRs512, kPs256, kPs384, kPs512, kEs256, kEs384, kEs512 };

std::string_view AlgorithmName(Algorithm algorithm);  // "RS256"
std::optional<Algorithm> ParseAlgorithm(std::string_view name);

class PublicKey {
 public:
  // {"kty":"RSA","n","e"} or {"kty":"EC","crv","x","y"} (RFC 7517). RSA from 1024 to 8192 bits; EC of
  // P-256, P-384, P-521, with the point checked to lie on the curve.
  static core::Result<PublicKey> FromJwk(const boost::json::object& jwk);
  // "BEGIN PUBLIC KEY".
  static core::Result<PublicKey> FromPem(std::string_view pem);

  KeyKind kind() const;
  int bits() const;
  std::string curve() const;  // "P-256"; empty for RSA

  // kty and the public numbers only; add kid, use, alg yourself.
  boost::json::object ToJwk() const;
  std::string ToPem() const;
  // RFC 7638, SHA-256, Base64url.
  std::string Thumbprint() const;

  // Does the key fit the algorithm (kind; curve; RSA of at least 1024 bits)?
  bool Fits(Algorithm algorithm) const;
  // `signature` in JWS form: for EC the two numbers side by side.
  bool Verify(Algorithm algorithm, std::string_view data, std::string_view signature) const;

 private:
  friend class PrivateKey;
  explicit PublicKey(std::shared_ptr<evp_pkey_st> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<evp_pkey_st> handle_;
};

class PrivateKey {
 public:
  // PKCS#1 ("RSA PRIVATE KEY"), SEC 1 ("EC PRIVATE KEY"), PKCS#8 ("PRIVATE KEY"). Encrypted keys are
  // refused, nothing is ever asked on the terminal.
  static core::Result<PrivateKey> FromPem(std::string_view pem);
  static PrivateKey GenerateRsa(int bits = 2048);
  static PrivateKey GenerateEc(const char* curve = "P-256");

  std::string ToPkcs8Pem() const;
  // The older form: PKCS#1 ("RSA PRIVATE KEY") or SEC 1 ("EC PRIVATE KEY").
  std::string ToTraditionalPem() const;
  PublicKey Public() const { return PublicKey(handle_); }
  KeyKind kind() const { return Public().kind(); }

  // JWS form. Fails when the key does not fit the algorithm.
  core::Result<std::string> Sign(Algorithm algorithm, std::string_view data) const;
  // RSAES-PKCS1-v1_5.
  core::Result<std::string> DecryptPkcs1(std::string_view ciphertext) const;

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<evp_pkey_st> handle_;
};

}  // namespace base::crypto
