// Encryption and decryption of bytes by one method.
// Not the choice among several (target.h) nor the keys (key_source.h). Called by target.cc.
#pragma once

#include <string>
#include <string_view>

#include "engine/encryption/key_source.h"

namespace engine::encryption {

struct Encrypted {
  std::string data;
  Metadata metadata;
};

// Of methods that encrypt. The program or the key source may fail.
base::core::Result<Encrypted> Encrypt(const Method& method, std::string_view text, KeySource& keys);
base::core::Result<std::string> Decrypt(const Method& method, std::string_view data, const Metadata& metadata,
                                        KeySource& keys);
// Whether the keys that there are suit the method; makes or fetches them.
base::core::Result<void> Prepare(const Method& method, KeySource& keys);

}  // namespace engine::encryption
