// Encrypted files from strangers: no crash, nothing is ever opened without its key, and what is read of an
// envelope is written so that it reads the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "engine/encryption/encryption.h"
#include "engine/encryption/envelope.h"

namespace {

engine::encryption::Encryption MakeEncryption() {
  auto keys = std::make_shared<engine::encryption::KeyProvider>();
  keys->address = keys->metadata_key = "key_provider.pbkdf2.k";
  keys->passphrase = "nobody knows this one";
  auto method = std::make_shared<engine::encryption::Method>();
  method->kind = engine::encryption::Method::Kind::kAesGcm;
  method->address = "method.aes_gcm.m";
  method->keys = std::move(keys);
  engine::encryption::Configuration configuration;
  configuration.state = {std::move(method)};
  return engine::encryption::Encryption(configuration);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto envelope = engine::encryption::ParseEnvelope(text);
  if (!envelope.ok() || !*envelope) return 0;
  const auto& read = **envelope;
  const std::string written = engine::encryption::WriteEnvelope(read.metadata, read.data, read.clear);
  const auto again = engine::encryption::ParseEnvelope(written);
  if (!again.ok() || !*again || (*again)->metadata != read.metadata || (*again)->data != read.data)
    std::abort();
  const engine::encryption::Encryption encryption = MakeEncryption();
  if (encryption.state()->Open(text).ok()) std::abort();
  return 0;
}
