#include "base/core/random.h"
#include "base/crypto/bcrypt.h"
#include "base/crypto/digest.h"
#include "base/crypto/key.h"
#include "base/text/unicode.h"
#include "language/functions/digests.h"
#include "language/functions/family.h"

namespace language::functions {

std::string HexDigest(base::crypto::Digest digest, std::string_view data) {
  return base::core::HexEncode(base::crypto::Hash(digest, data));
}

std::string Base64Digest(base::crypto::Digest digest, std::string_view data) {
  return base::core::Base64Encode(base::crypto::Hash(digest, data));
}

namespace {

using base::crypto::Digest;

const Type kString = Type::String();

template <Digest digest>
CallResult Hex(const Environment&, Arguments a) {
  return Value::StringRaw(HexDigest(digest, a[0].AsString()));
}

template <Digest digest>
CallResult Base64(const Environment&, Arguments a) {
  return Value::StringRaw(Base64Digest(digest, a[0].AsString()));
}

// While planning, what is new each time is unknown.
CallResult Unpredictable(const Environment& environment, auto&& produce) {
  if (environment.apply_timestamp.empty()) return Value::Unknown(kString).NotNull();
  return produce();
}

CallResult Bcrypt(const Environment& environment, Arguments a) {
  if (a.size() > 2) return Fail("bcrypt() takes no more than two arguments");
  constexpr int64_t kDefaultCost = 10, kMinimumCost = 4, kMaximumCost = 31;
  const std::optional<int64_t> cost = a.size() == 2 ? WholeNumber(a[1]) : kDefaultCost;
  if (!cost) return Fail("{}", kNotWhole);
  if (*cost > kMaximumCost)
    return Fail("the cost {} is outside of the allowed range, {} to {}", *cost, kMinimumCost, kMaximumCost);
  return Unpredictable(environment, [&]() -> CallResult {
    const int used = static_cast<int>(*cost < kMinimumCost ? kDefaultCost : *cost);
    const base::core::Result<std::string> hash = base::crypto::BcryptHash(a[0].AsString(), used);
    if (!hash.ok()) return Fail("error occurred generating password {}", hash.error().message());
    return Value::StringRaw(*hash);
  });
}

CallResult Uuid(const Environment& environment, Arguments) {
  return Unpredictable(environment,
                       []() -> CallResult { return Value::StringRaw(base::core::RandomUuid()); });
}

std::string FormatUuid(std::string_view bytes) {
  const std::string hex = base::core::HexEncode(bytes);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

// The four namespaces of RFC 9562, or a UUID.
std::optional<std::string> NamespaceBytes(std::string_view name) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"dns", '0'}, {"url", '1'}, {"oid", '2'}, {"x500", '4'}};
  for (const auto& [known, digit] : kNamed) {
    if (name == known) return base::core::HexDecode(fmt::format("6ba7b81{}9dad11d180b400c04fd430c8", digit));
  }
  const bool hyphens =
      name.size() == 36 && name[8] == '-' && name[13] == '-' && name[18] == '-' && name[23] == '-';
  if (!hyphens) return std::nullopt;
  return base::core::HexDecode(base::core::ReplaceAll(name, "-", ""));
}

CallResult UuidV5(const Environment&, Arguments a) {
  const std::optional<std::string> space = NamespaceBytes(a[0].AsString());
  if (!space || space->size() != 16) {
    return Fail("uuidv5() doesn't support namespace {} (dns, url, oid, x500 or a UUID is required)",
                a[0].AsString());
  }
  std::string bytes = base::crypto::Hash(Digest::kSha1, *space + std::string(a[1].AsString())).substr(0, 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x50);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  return Value::StringRaw(FormatUuid(bytes));
}

CallResult RsaDecrypt(const Environment&, Arguments a) {
  const std::optional<std::string> ciphertext = base::core::Base64Decode(a[0].AsString());
  if (!ciphertext) {
    return FailArgument(0, "failed to decode input {}: cipher text must be base64-encoded",
                        Quoted(a[0].AsString()));
  }
  const base::core::Result<base::crypto::PrivateKey> key = base::crypto::PrivateKey::FromPem(a[1].AsString());
  if (!key.ok()) return FailArgument(1, "invalid private key: {}", key.error().message());
  const base::core::Result<std::string> text = key->DecryptPkcs1(*ciphertext);
  if (!text.ok()) return Fail("failed to decrypt: {}", text.error().message());
  return Value::String(*text);
}

}  // namespace

Table CryptoFunctions() {
  const Parameter str{"str", kString};
  return {
      {"md5", "The MD5 digest of a text in hexadecimal.", {str}, {}, kString, Hex<Digest::kMd5>},
      {"sha1", "The SHA-1 digest of a text in hexadecimal.", {str}, {}, kString, Hex<Digest::kSha1>},
      {"sha256", "The SHA-256 digest of a text in hexadecimal.", {str}, {}, kString, Hex<Digest::kSha256>},
      {"sha512", "The SHA-512 digest of a text in hexadecimal.", {str}, {}, kString, Hex<Digest::kSha512>},
      {"base64sha256",
       "The SHA-256 digest of a text in Base64.",
       {str},
       {},
       kString,
       Base64<Digest::kSha256>},
      {"base64sha512",
       "The SHA-512 digest of a text in Base64.",
       {str},
       {},
       kString,
       Base64<Digest::kSha512>},
      {"bcrypt",
       "A salted hash of a password, new on each call.",
       {str},
       Parameter{"cost", Type::Number(), kAllowNothing, "Work factor from 4 to 31; 10 when left out."},
       kString,
       Bcrypt},
      {"rsadecrypt",
       "The text that was encrypted by RSA with PKCS #1 v1.5, from Base64 and a private key in PEM.",
       {{"ciphertext", kString}, {"privatekey", kString}},
       {},
       kString,
       RsaDecrypt},
      {"uuid", "A random UUID, new on each call.", {}, {}, kString, Uuid},
      {"uuidv5",
       "The UUID that a namespace and a name determine.",
       {{"namespace", kString}, {"name", kString}},
       {},
       kString,
       UuidV5},
  };
}

}  // namespace language::functions
