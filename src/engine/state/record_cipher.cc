#include "engine/state/record_cipher.h"

#include "base/core/strings.h"
#include "base/crypto/cipher.h"

namespace engine::state {

RecordCipher::RecordCipher() : RecordCipher(base::crypto::RandomBytes(kKeySize)) {}
RecordCipher::RecordCipher(std::string key) : key_(std::move(key)) { CHECK(key_.size() == kKeySize); }
RecordCipher::~RecordCipher() { base::crypto::Wipe(&key_); }

std::string RecordCipher::NextNonce() {
  std::string nonce(base::crypto::kGcmNonceSize, '\0');
  uint64_t number = next_++;
  for (size_t i = nonce.size(); number != 0; number >>= 8) nonce[--i] = static_cast<char>(number);
  return nonce;
}

std::string RecordCipher::Seal(std::string_view record) {
  std::string sealed;
  base::crypto::AesGcmSeal(key_, NextNonce(), record, {}, &sealed);
  return base::core::Base64Encode(sealed);
}

std::optional<std::string> RecordCipher::Open(std::string_view sealed) {
  const std::optional<std::string> bytes = base::core::Base64Decode(sealed);
  if (!bytes) return std::nullopt;
  return base::crypto::AesGcmOpen(key_, NextNonce(), *bytes);
}

}  // namespace engine::state
