#include "base/crypto/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/core/check.h"
#include "base/crypto/openssl_pointers.h"

namespace base::crypto {
namespace {

using Context = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

// OpenSSL counts in int.
constexpr size_t kPiece = size_t{1} << 30;

const EVP_CIPHER* CipherFor(std::string_view key) {
  CHECK(IsAesKeySize(key.size()));
  return key.size() == 16 ? EVP_aes_128_gcm() : key.size() == 24 ? EVP_aes_192_gcm() : EVP_aes_256_gcm();
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Context Begin(std::string_view key, std::string_view nonce, std::string_view associated, bool encrypt) {
  CHECK(nonce.size() == kGcmNonceSize);
  Context context(EVP_CIPHER_CTX_new());
  CHECK(context);
  CHECK(EVP_CipherInit_ex2(context.get(), CipherFor(key), Bytes(key), Bytes(nonce), encrypt ? 1 : 0,
                           nullptr) == 1);
  int written = 0;
  if (!associated.empty())
    CHECK(EVP_CipherUpdate(context.get(), nullptr, &written, Bytes(associated),
                           static_cast<int>(associated.size())) == 1);
  return context;
}

void Update(EVP_CIPHER_CTX* context, std::string_view from, char* to) {
  while (!from.empty()) {
    const std::string_view piece = from.substr(0, kPiece);
    int written = 0;
    CHECK(EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(to), &written, Bytes(piece),
                           static_cast<int>(piece.size())) == 1);
    CHECK(static_cast<size_t>(written) == piece.size());
    to += written;
    from.remove_prefix(piece.size());
  }
}

}  // namespace

bool IsAesKeySize(size_t bytes) { return bytes == 16 || bytes == 24 || bytes == 32; }

void AesGcmSeal(std::string_view key, std::string_view nonce, std::string_view text,
                std::string_view associated, std::string* out) {
  const Context context = Begin(key, nonce, associated, /*encrypt=*/true);
  const size_t start = out->size();
  out->resize(start + text.size() + kGcmTagSize);
  char* const to = out->data() + start;
  Update(context.get(), text, to);
  int written = 0;
  CHECK(EVP_CipherFinal_ex(context.get(), nullptr, &written) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kGcmTagSize, to + text.size()) == 1);
}

std::optional<std::string> AesGcmOpen(std::string_view key, std::string_view nonce, std::string_view sealed,
                                      std::string_view associated) {
  if (sealed.size() < kGcmTagSize) return std::nullopt;
  std::string tag(sealed.substr(sealed.size() - kGcmTagSize));
  sealed.remove_suffix(kGcmTagSize);
  const Context context = Begin(key, nonce, associated, /*encrypt=*/false);
  std::string text(sealed.size(), '\0');
  Update(context.get(), sealed, text.data());
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTagSize, tag.data()) == 1);
  int written = 0;
  if (EVP_CipherFinal_ex(context.get(), nullptr, &written) != 1) return std::nullopt;
  return text;
}

std::string Pbkdf2(Digest digest, std::string_view passphrase, std::string_view salt, int64_t iterations,
                   size_t size) {
  CHECK(iterations >= 1 && iterations <= INT32_MAX && size >= 1);
  std::string key(size, '\0');
  CHECK(PKCS5_PBKDF2_HMAC(passphrase.data(), static_cast<int>(passphrase.size()), Bytes(salt),
                          static_cast<int>(salt.size()), static_cast<int>(iterations),
                          DigestAlgorithm(digest), static_cast<int>(size),
                          reinterpret_cast<unsigned char*>(key.data())) == 1);
  return key;
}

void Wipe(std::string* secret) {
  OPENSSL_cleanse(secret->data(), secret->size());
  secret->clear();
}

}  // namespace base::crypto
