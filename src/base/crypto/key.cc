#include "base/crypto/key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "base/crypto/openssl_pointers.h"

namespace base::crypto {
namespace {

using Bignum = Owned<BIGNUM, BN_clear_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using ParamBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

struct AlgorithmRow {
  Algorithm algorithm;
  std::string_view name;
  KeyKind kind;
  const char* digest;
  bool pss;
  std::string_view curve;
};

constexpr AlgorithmRow kAlgorithms[] = {
    {Algorithm::kRs256, "RS256", KeyKind::kRsa, "SHA256", false, ""},
    {Algorithm::kRs384, "RS384", KeyKind::kRsa, "SHA384", false, ""},
    {Algorithm::kRs512, "RS512", KeyKind::kRsa, "SHA512", false, ""},
    {Algorithm::kPs256, "PS256", KeyKind::kRsa, "SHA256", true, ""},
    {Algorithm::kPs384, "PS384", KeyKind::kRsa, "SHA384", true, ""},
    {Algorithm::kPs512, "PS512", KeyKind::kRsa, "SHA512", true, ""},
    {Algorithm::kEs256, "ES256", KeyKind::kEc, "SHA256", false, "P-256"},
    {Algorithm::kEs384, "ES384", KeyKind::kEc, "SHA384", false, "P-384"},
    {Algorithm::kEs512, "ES512", KeyKind::kEc, "SHA512", false, "P-521"},
};

const AlgorithmRow& Row(Algorithm algorithm) { return kAlgorithms[static_cast<size_t>(algorithm)]; }

struct CurveRow {
  std::string_view name;
  const char* group;
  size_t bytes;
};

constexpr CurveRow kCurves[] = {
    {"P-256", "prime256v1", 32}, {"P-384", "secp384r1", 48}, {"P-521", "secp521r1", 66}};

const CurveRow* FindCurve(std::string_view name) {
  for (const CurveRow& row : kCurves) {
    if (row.name == name || row.group == name) return &row;
  }
  return nullptr;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::shared_ptr<EVP_PKEY> Share(EVP_PKEY* key) { return std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free); }

// Encrypted keys end as a plain failure instead of a prompt on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

Bio ReadOnly(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string Drain(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

core::Error KeyError(std::string message) {
  ERR_clear_error();
  return core::Error(std::move(message));
}

std::string Number(EVP_PKEY* key, const char* name, size_t width) {
  BIGNUM* raw = nullptr;
  CHECK(EVP_PKEY_get_bn_param(key, name, &raw) == 1);
  Bignum number(raw);
  size_t size = std::max(width, static_cast<size_t>(BN_num_bytes(raw)));
  std::string out(size, '\0');
  CHECK(BN_bn2binpad(raw, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size)) >= 0);
  return out;
}

std::optional<std::string> Member(const boost::json::object& jwk, std::string_view name) {
  const boost::json::value* value = jwk.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::shared_ptr<EVP_PKEY> FromParams(const char* type, OSSL_PARAM_BLD* builder) {
  Params params(OSSL_PARAM_BLD_to_param(builder));
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return Share(key);
}

std::shared_ptr<EVP_PKEY> RsaFromNumbers(std::string_view n, std::string_view e) {
  Bignum modulus(BN_bin2bn(Bytes(n), static_cast<int>(n.size()), nullptr));
  Bignum exponent(BN_bin2bn(Bytes(e), static_cast<int>(e.size()), nullptr));
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get())) return nullptr;
  ParamBuilder builder(OSSL_PARAM_BLD_new());
  CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1);
  CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1);
  return FromParams("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> EcFromPoint(const CurveRow& curve, std::string_view x, std::string_view y) {
  std::string point = "\x04";
  point.append(x).append(y);
  ParamBuilder builder(OSSL_PARAM_BLD_new());
  CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) == 1);
  CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) == 1);
  std::shared_ptr<EVP_PKEY> key = FromParams("EC", builder.get());
  if (key == nullptr) return nullptr;
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  return EVP_PKEY_public_check(context.get()) == 1 ? key : nullptr;
}

bool UsePss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

// RFC 7518 §3.4 wants r and s side by side, OpenSSL speaks DER.
std::string DerToPair(std::string_view der, size_t width) {
  const unsigned char* data = Bytes(der);
  EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size())));
  CHECK(signature != nullptr);
  std::string out(width * 2, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes, static_cast<int>(width)) >= 0);
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes + width, static_cast<int>(width)) >= 0);
  return out;
}

std::string PairToDer(std::string_view pair) {
  EcdsaSignature signature(ECDSA_SIG_new());
  int half = static_cast<int>(pair.size() / 2);
  CHECK(ECDSA_SIG_set0(signature.get(), BN_bin2bn(Bytes(pair), half, nullptr),
                       BN_bin2bn(Bytes(pair) + half, half, nullptr)) == 1);
  unsigned char* der = nullptr;
  int size = i2d_ECDSA_SIG(signature.get(), &der);
  CHECK(size > 0);
  std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return out;
}

bool IsKnownKind(EVP_PKEY* key) { return EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "EC") == 1; }

}  // namespace

std::string_view AlgorithmName(Algorithm algorithm) { return Row(algorithm).name; }

std::optional<Algorithm> ParseAlgorithm(std::string_view name) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

core::Result<PublicKey> PublicKey::FromJwk(const boost::json::object& jwk) {
  std::string kty = Member(jwk, "kty").value_or("");
  auto number = [&](std::string_view name) -> std::string {
    std::optional<std::string> text = Member(jwk, name);
    if (!text || text->size() > 2048) return {};
    return Base64UrlDecode(*text).value_or("");
  };
  if (kty == "RSA") {
    std::string n = number("n");
    std::string e = number("e");
    if (n.empty() || e.empty()) return core::Error("JWK: members n and e must be Base64url numbers");
    if (n.size() < 128 || n.size() > 1025 || e.size() > 8) {
      return core::Error("JWK: RSA keys must have between 1024 and 8192 bits and a small exponent");
    }
    std::shared_ptr<EVP_PKEY> key = RsaFromNumbers(n, e);
    if (key == nullptr) return KeyError("JWK: not a valid RSA public key");
    return PublicKey(std::move(key));
  }
  if (kty == "EC") {
    const CurveRow* curve = FindCurve(Member(jwk, "crv").value_or(""));
    if (curve == nullptr) return core::Error("JWK: crv must be P-256, P-384 or P-521");
    std::string x = number("x");
    std::string y = number("y");
    if (x.size() != curve->bytes || y.size() != curve->bytes) {
      return core::Error("JWK: members x and y must be Base64url numbers of the curve's size");
    }
    std::shared_ptr<EVP_PKEY> key = EcFromPoint(*curve, x, y);
    if (key == nullptr) return KeyError("JWK: the point does not lie on the curve");
    return PublicKey(std::move(key));
  }
  return core::Error("JWK: kty must be RSA or EC");
}

core::Result<PublicKey> PublicKey::FromPem(std::string_view pem) {
  Bio bio = ReadOnly(pem);
  std::shared_ptr<EVP_PKEY> key = Share(PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr || !IsKnownKind(key.get())) return KeyError("not an RSA or EC public key in PEM form");
  return PublicKey(std::move(key));
}

KeyKind PublicKey::kind() const {
  return EVP_PKEY_is_a(handle_.get(), "RSA") == 1 ? KeyKind::kRsa : KeyKind::kEc;
}

int PublicKey::bits() const { return EVP_PKEY_get_bits(handle_.get()); }

std::string PublicKey::curve() const {
  if (kind() != KeyKind::kEc) return {};
  char group[64];
  size_t size = 0;
  if (EVP_PKEY_get_group_name(handle_.get(), group, sizeof(group), &size) != 1) return {};
  const CurveRow* row = FindCurve(std::string_view(group, size));
  return row == nullptr ? std::string(group, size) : std::string(row->name);
}

boost::json::object PublicKey::ToJwk() const {
  boost::json::object jwk;
  EVP_PKEY* key = handle_.get();
  if (kind() == KeyKind::kRsa) {
    jwk["kty"] = "RSA";
    jwk["e"] = Base64UrlEncode(Number(key, OSSL_PKEY_PARAM_RSA_E, 0));
    jwk["n"] = Base64UrlEncode(Number(key, OSSL_PKEY_PARAM_RSA_N, 0));
    return jwk;
  }
  std::string name = curve();
  const CurveRow* row = FindCurve(name);
  size_t width = row == nullptr ? 0 : row->bytes;
  jwk["kty"] = "EC";
  jwk["crv"] = name;
  jwk["x"] = Base64UrlEncode(Number(key, OSSL_PKEY_PARAM_EC_PUB_X, width));
  jwk["y"] = Base64UrlEncode(Number(key, OSSL_PKEY_PARAM_EC_PUB_Y, width));
  return jwk;
}

std::string PublicKey::ToPem() const {
  Bio bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PUBKEY(bio.get(), handle_.get()) == 1);
  return Drain(bio.get());
}

std::string PublicKey::Thumbprint() const {
  boost::json::object jwk = ToJwk();
  auto member = [&](const char* name) { return std::string(jwk.at(name).get_string()); };
  // Required members only, in lexical order, no blanks: RFC 7638 §3.
  std::string text = kind() == KeyKind::kRsa
                         ? fmt::format(R"({{"e":"{}","kty":"RSA","n":"{}"}})", member("e"), member("n"))
                         : fmt::format(R"({{"crv":"{}","kty":"EC","x":"{}","y":"{}"}})", member("crv"),
                                       member("x"), member("y"));
  return Base64UrlEncode(Sha256(text));
}

bool PublicKey::Fits(Algorithm algorithm) const {
  const AlgorithmRow& row = Row(algorithm);
  if (kind() != row.kind) return false;
  return row.kind == KeyKind::kRsa ? bits() >= 1024 : curve() == row.curve;
}

bool PublicKey::Verify(Algorithm algorithm, std::string_view data, std::string_view signature) const {
  if (!Fits(algorithm)) return false;
  const AlgorithmRow& row = Row(algorithm);
  std::string der;
  if (row.kind == KeyKind::kEc) {
    if (signature.size() != FindCurve(row.curve)->bytes * 2) return false;
    der = PairToDer(signature);
    signature = der;
  }
  DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  bool ok =
      EVP_DigestVerifyInit_ex(context.get(), &key_context, row.digest, nullptr, nullptr, handle_.get(),
                              nullptr) == 1 &&
      (!row.pss || UsePss(key_context)) &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(data), data.size()) == 1;
  ERR_clear_error();
  return ok;
}

core::Result<PrivateKey> PrivateKey::FromPem(std::string_view pem) {
  Bio bio = ReadOnly(pem);
  std::shared_ptr<EVP_PKEY> key = Share(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr || !IsKnownKind(key.get())) {
    return KeyError("not an unencrypted RSA or EC private key in PEM form");
  }
  return PrivateKey(std::move(key));
}

PrivateKey PrivateKey::GenerateRsa(int bits) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(bits));
  CHECK(key != nullptr);
  return PrivateKey(Share(key));
}

PrivateKey PrivateKey::GenerateEc(const char* curve) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve);
  CHECK(key != nullptr);
  return PrivateKey(Share(key));
}

std::string PrivateKey::ToPkcs8Pem() const {
  Bio bio(BIO_new(BIO_s_secmem()));
  CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), handle_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Drain(bio.get());
}

std::string PrivateKey::ToTraditionalPem() const {
  Bio bio(BIO_new(BIO_s_secmem()));
  CHECK(PEM_write_bio_PrivateKey_traditional(bio.get(), handle_.get(), nullptr, nullptr, 0, nullptr,
                                             nullptr) == 1);
  return Drain(bio.get());
}

core::Result<std::string> PrivateKey::Sign(Algorithm algorithm, std::string_view data) const {
  const AlgorithmRow& row = Row(algorithm);
  if (!Public().Fits(algorithm)) return core::Error(fmt::format("the key does not fit {}", row.name));
  DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  size_t size = 0;
  if (EVP_DigestSignInit_ex(context.get(), &key_context, row.digest, nullptr, nullptr, handle_.get(),
                            nullptr) != 1 ||
      (row.pss && !UsePss(key_context)) ||
      EVP_DigestSign(context.get(), nullptr, &size, Bytes(data), data.size()) != 1) {
    return KeyError(fmt::format("cannot sign with {}", row.name));
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(data),
                     data.size()) != 1) {
    return KeyError(fmt::format("cannot sign with {}", row.name));
  }
  signature.resize(size);
  if (row.kind == KeyKind::kEc) return DerToPair(signature, FindCurve(row.curve)->bytes);
  return signature;
}

core::Result<std::string> PrivateKey::DecryptPkcs1(std::string_view ciphertext) const {
  if (kind() != KeyKind::kRsa) return core::Error("not an RSA key");
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, handle_.get(), nullptr));
  size_t size = 0;
  if (EVP_PKEY_decrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_decrypt(context.get(), nullptr, &size, Bytes(ciphertext), ciphertext.size()) != 1) {
    return KeyError("RSA decryption failed");
  }
  std::string plain(size, '\0');
  if (EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(plain.data()), &size,
                       Bytes(ciphertext), ciphertext.size()) != 1) {
    return KeyError("RSA decryption failed");
  }
  plain.resize(size);
  return plain;
}

}  // namespace base::crypto
