#include "base/crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/core/check.h"
#include "base/crypto/encoding.h"
#include "base/crypto/openssl_pointers.h"

namespace base::crypto {

const EVP_MD* DigestAlgorithm(Digest digest) {
  switch (digest) {
    case Digest::kMd5:
      return EVP_md5();
    case Digest::kSha1:
      return EVP_sha1();
    case Digest::kSha256:
      return EVP_sha256();
    case Digest::kSha384:
      return EVP_sha384();
    case Digest::kSha512:
      return EVP_sha512();
  }
  CHECK(false);
}

namespace {

const char* AlgorithmName(Digest digest) {
  switch (digest) {
    case Digest::kMd5:
      return "MD5";
    case Digest::kSha1:
      return "SHA1";
    case Digest::kSha256:
      return "SHA256";
    case Digest::kSha384:
      return "SHA384";
    case Digest::kSha512:
      return "SHA512";
  }
  CHECK(false);
}

}  // namespace

std::string Hash(Digest digest, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(EVP_Digest(data.data(), data.size(), out, &size, DigestAlgorithm(digest), nullptr) == 1);
  return std::string(reinterpret_cast<char*>(out), size);
}

std::string Hmac(Digest digest, std::string_view key, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  size_t size = 0;
  // A null pointer means "no key given" to OpenSSL, not the empty key.
  const char* key_data = key.empty() ? "" : key.data();
  CHECK(EVP_Q_mac(nullptr, "HMAC", nullptr, AlgorithmName(digest), nullptr, key_data, key.size(),
                  reinterpret_cast<const unsigned char*>(data.data()), data.size(), out, sizeof(out),
                  &size) != nullptr);
  return std::string(reinterpret_cast<char*>(out), size);
}

struct Hasher::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> handle{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Hasher::Hasher(Digest digest) : context_(std::make_unique<Context>()) {
  CHECK(EVP_DigestInit_ex2(context_->handle.get(), DigestAlgorithm(digest), nullptr) == 1);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::Update(std::string_view data) {
  CHECK(EVP_DigestUpdate(context_->handle.get(), data.data(), data.size()) == 1);
}

std::string Hasher::Finish() {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(EVP_DigestFinal_ex(context_->handle.get(), out, &size) == 1);
  return std::string(reinterpret_cast<char*>(out), size);
}

std::string RandomBytes(size_t count) {
  std::string out(count, '\0');
  CHECK(count == 0 || RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) == 1);
  return out;
}

std::string RandomAlphanumeric(size_t count) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned kLetters = sizeof(kAlphabet) - 1;
  std::string out;
  out.reserve(count);
  while (out.size() < count) {
    for (unsigned char byte : RandomBytes(count - out.size() + 8)) {
      // Bytes past the last whole multiple would favour the first letters.
      if (byte >= 256 / kLetters * kLetters) continue;
      out += kAlphabet[byte % kLetters];
      if (out.size() == count) break;
    }
  }
  return out;
}

std::string RandomUuid() {
  std::string bytes = RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string hex = HexEncode(bytes);
  for (size_t position : {20, 16, 12, 8}) hex.insert(position, 1, '-');
  return hex;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace base::crypto
