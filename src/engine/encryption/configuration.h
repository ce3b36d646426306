// What is encrypted and how, as plain data: key providers, methods, and the methods of each target.
// Not where this was written (engine/config/encryption.h). Made by build.h, read by the rest of this room.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto/digest.h"

namespace engine::encryption {

struct KeyProvider {
  enum class Kind { kPbkdf2, kExternal, kFile };
  Kind kind = Kind::kPbkdf2;
  std::string address;       // key_provider.pbkdf2.main
  std::string metadata_key;  // under which the envelope keeps its metadata: the address, or an alias
  // kPbkdf2: one of both.
  std::string passphrase;
  std::shared_ptr<const KeyProvider> chain;
  int64_t iterations = 600'000;
  int64_t key_length = 32, salt_length = 32;  // bytes
  base::crypto::Digest hash = base::crypto::Digest::kSha512;
  // kExternal
  std::vector<std::string> command;
  // kFile
  std::string path;
};

struct Method {
  enum class Kind { kAesGcm, kExternal, kUnencrypted };
  Kind kind = Kind::kUnencrypted;
  std::string address;                                        // method.aes_gcm.main
  std::shared_ptr<const KeyProvider> keys;                    // of kExternal it may be null
  std::string associated_data;                                // kAesGcm
  std::vector<std::string> encrypt_command, decrypt_command;  // kExternal
};

// The first method writes, all of them read.
using Methods = std::vector<std::shared_ptr<const Method>>;

struct Configuration {
  // Nothing: as if there were no encryption.
  std::optional<Methods> state, plan, remote_default;
  std::map<std::string, Methods, std::less<>> remote;  // by the data source's name
};

}  // namespace engine::encryption
