// The keys of key providers: made or fetched once per run, however often they are used.
// Not what is encrypted with them (method.h). Called by target.cc.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "engine/encryption/configuration.h"
#include "engine/encryption/envelope.h"

namespace engine::encryption {

// Overwritten when it goes.
struct Secret {
  std::string bytes;
  Secret() = default;
  explicit Secret(std::string b) : bytes(std::move(b)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) = default;
  ~Secret();
};

// A key to encrypt with, and what must be kept to have it again.
struct EncryptionKey {
  Secret key;
  Metadata metadata;
};

// Safe from any thread.
class KeySource {
 public:
  // The same throughout the run.
  base::core::Result<EncryptionKey> ForEncryption(const KeyProvider& provider);
  // The key that the metadata stand for.
  base::core::Result<Secret> ForDecryption(const KeyProvider& provider, const Metadata& metadata);
  // What has been decrypted with these metadata proves that they are ours: goes on with the same key where
  // the provider's settings would make such a one, instead of making another.
  void Adopt(const KeyProvider& provider, const Metadata& metadata);

 private:
  using Key = std::pair<const KeyProvider*, std::string>;  // and the provider's own metadata
  base::core::Result<EncryptionKey> Encryption(const KeyProvider& provider);
  base::core::Result<Secret> Decryption(const KeyProvider& provider, const Metadata& metadata);
  std::optional<EncryptionKey> Reusable(const KeyProvider& provider, const Metadata& metadata);
  base::core::Result<Secret> RunForDecryption(const KeyProvider& provider, const std::string& metadata);

  std::mutex mutex_;
  std::map<const KeyProvider*, EncryptionKey> encryption_;
  std::map<Key, Secret> decryption_;
  std::map<Key, EncryptionKey> offered_;  // by external programs along with a key to decrypt
};

}  // namespace engine::encryption
