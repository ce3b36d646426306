#include "org/store/credentials.h"

#include <boost/json.hpp>

#include "base/core/check.h"
#include "base/core/strings.h"
#include "base/crypto/bcrypt.h"
#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "org/store/store_impl.h"

namespace org::store {
namespace {

namespace json = boost::json;
using base::crypto::Digest;

constexpr int64_t kMaxIterations = 1000000;

std::string Member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

int64_t Number(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_int64() ? value->as_int64() : 0;
}

std::optional<Digest> DigestOf(std::string_view algorithm) {
  if (algorithm == "MD5") return Digest::kMd5;
  if (algorithm == "SHA-1") return Digest::kSha1;
  if (algorithm == "SHA-256") return Digest::kSha256;
  if (algorithm == "SHA-512") return Digest::kSha512;
  return std::nullopt;
}

std::optional<Digest> HmacDigestOf(std::string_view algorithm) {
  if (algorithm == "SHA256_HMAC") return Digest::kSha256;
  if (algorithm == "SHA512_HMAC") return Digest::kSha512;
  return std::nullopt;
}

// RFC 8018 §5.2.
std::string Pbkdf2(Digest digest, std::string_view password, std::string_view salt, int64_t iterations,
                   size_t size) {
  std::string key;
  for (uint32_t block = 1; key.size() < size; ++block) {
    std::string input(salt);
    for (int shift = 24; shift >= 0; shift -= 8) input += static_cast<char>(block >> shift);
    std::string u = base::crypto::Hmac(digest, password, input), sum = u;
    for (int64_t i = 1; i < iterations; ++i) {
      u = base::crypto::Hmac(digest, password, u);
      for (size_t j = 0; j < sum.size(); ++j) sum[j] ^= u[j];
    }
    key += sum;
  }
  key.resize(size);
  return key;
}

bool VerifyImported(std::string_view password, const json::object& hash) {
  const std::string algorithm = Member(hash, "algorithm"), value = Member(hash, "value");
  if (algorithm == "PBKDF2") {
    auto digest = HmacDigestOf(Member(hash, "digestAlgorithm"));
    auto salt = base::crypto::Base64Decode(Member(hash, "salt"));
    auto wanted = base::crypto::Base64Decode(value);
    if (!digest || !salt || !wanted) return false;
    return base::crypto::ConstantTimeEqual(
        Pbkdf2(*digest, password, *salt, Number(hash, "iterationCount"), wanted->size()), *wanted);
  }
  auto digest = DigestOf(algorithm);
  auto wanted = base::crypto::Base64Decode(value);
  if (!digest || !wanted) return false;
  auto decoded = base::crypto::Base64Decode(Member(hash, "salt"));
  const std::string salt = decoded ? *decoded : Member(hash, "salt");
  std::string text =
      Member(hash, "saltOrder") == "PREFIX" ? salt + std::string(password) : std::string(password) + salt;
  return base::crypto::ConstantTimeEqual(base::crypto::Hash(*digest, text), *wanted);
}

Refusal InvalidHash(std::string_view why) {
  return ValidationFailed("passwordHash", {fmt::format("passwordHash: {}", why)});
}

}  // namespace

std::string HashPassword(std::string_view password, int cost) {
  auto hash = base::crypto::BcryptHash(password, cost);
  CHECK(hash.ok());
  return std::move(*hash);
}

Outcome<std::string> ImportPasswordHash(const json::object& hash) {
  const std::string algorithm = Member(hash, "algorithm"), value = Member(hash, "value"),
                    salt = Member(hash, "salt");
  if (value.empty()) return InvalidHash("The value is missing");
  if (algorithm == "BCRYPT") {
    int64_t factor = Number(hash, "workFactor");
    if (factor < 1 || factor > 20) return InvalidHash("The work factor must be between 1 and 20");
    if (salt.size() != 22 || value.size() != 31)
      return InvalidHash("BCRYPT needs a salt of 22 and a value of 31 characters");
    return fmt::format("$2a${:02}${}{}", factor, salt, value);
  }
  if (algorithm == "PBKDF2") {
    int64_t iterations = Number(hash, "iterationCount");
    if (iterations < 1 || iterations > kMaxIterations || !HmacDigestOf(Member(hash, "digestAlgorithm")) ||
        salt.empty())
      return InvalidHash(
          "PBKDF2 needs salt, iterationCount and digestAlgorithm (SHA256_HMAC or SHA512_HMAC)");
  } else if (!DigestOf(algorithm)) {
    return InvalidHash("The algorithm is not supported");
  }
  return JsonText(hash);
}

bool VerifyPassword(std::string_view password, const std::string& stored) {
  if (stored.starts_with('{')) return VerifyImported(password, ParseObject(stored));
  return base::crypto::BcryptVerify(password, stored);
}

std::optional<Refusal> CheckPasswordPolicy(std::string_view password, std::string_view login) {
  bool lower = false, upper = false, digit = false;
  for (char c : password) {
    lower |= c >= 'a' && c <= 'z';
    upper |= c >= 'A' && c <= 'Z';
    digit |= c >= '0' && c <= '9';
  }
  bool part_of_login = false;
  const std::string folded = Fold(password), folded_login = Fold(login);
  size_t start = 0;
  for (size_t i = 0; i <= folded_login.size(); ++i) {
    if (i < folded_login.size() && std::string_view(",.-_#@").find(folded_login[i]) == std::string_view::npos)
      continue;
    // Parts of fewer than four characters would forbid too much.
    if (i - start >= 4) part_of_login |= base::core::Contains(folded, folded_login.substr(start, i - start));
    start = i + 1;
  }
  if (password.size() >= 8 && password.size() <= 72 && lower && upper && digit && !part_of_login)
    return std::nullopt;
  return ValidationFailed(
      "password",
      {"password: Password requirements were not met. Password requirements: at least 8 characters, at "
       "most 72 characters, a lowercase letter, an uppercase letter, a number, no parts of your username."});
}

}  // namespace org::store
