#include "engine/encryption/method.h"

#include "base/core/strings.h"
#include "base/crypto/cipher.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/encryption/external.h"

namespace engine::encryption {
namespace {

using base::core::Error;
using base::core::Result;
using base::crypto::kGcmNonceSize;

Result<void> CheckAesKey(const Method& method, const Secret& key) {
  if (base::crypto::IsAesKeySize(key.bytes.size())) return {};
  return Error(method.address + " needs a key of 16, 24 or 32 bytes, and " + method.keys->address +
               " has given " + std::to_string(key.bytes.size()) +
               ": set its key_length, or use another key provider");
}

Result<std::string> RunMethod(const std::vector<std::string>& command, const Secret* key,
                              std::string_view payload) {
  std::string input;
  base::json::Writer writer(&input);
  writer.BeginObject();
  if (key != nullptr) writer.Member("key", base::core::Base64Encode(key->bytes));
  writer.Key("payload").RawVerbatim("\"" + base::core::Base64Encode(payload) + "\"").EndObject();
  ASSIGN_OR_RETURN(const std::string answer, RunExternal(command, kMethodMagic, std::move(input)));
  const auto document = base::json::Document::Parse(base::core::Trim(answer), {.max_depth = 16});
  std::optional<std::string> result;
  if (document.ok() && document->root().IsObject())
    result = base::core::Base64Decode(document->root().FindString("payload").value_or("!"));
  if (result) return std::move(*result);
  return Error("the command " + command[0] + " must answer with {\"payload\":\"...\"}, in Base64");
}

}  // namespace

Result<void> Prepare(const Method& method, KeySource& keys) {
  if (!method.keys) return {};
  ASSIGN_OR_RETURN(const EncryptionKey key, keys.ForEncryption(*method.keys));
  return method.kind == Method::Kind::kAesGcm ? CheckAesKey(method, key.key) : Result<void>();
}

Result<Encrypted> Encrypt(const Method& method, std::string_view text, KeySource& keys) {
  EncryptionKey key;
  if (method.keys) {
    ASSIGN_OR_RETURN(key, keys.ForEncryption(*method.keys));
  }
  Encrypted out{.data = {}, .metadata = std::move(key.metadata)};
  if (method.kind == Method::Kind::kExternal) {
    ASSIGN_OR_RETURN(out.data, RunMethod(method.encrypt_command, method.keys ? &key.key : nullptr, text));
    return out;
  }
  RETURN_IF_ERROR(CheckAesKey(method, key.key));
  out.data.reserve(kGcmNonceSize + text.size() + base::crypto::kGcmTagSize);
  out.data = base::crypto::RandomBytes(kGcmNonceSize);
  const std::string nonce = out.data;
  base::crypto::AesGcmSeal(key.key.bytes, nonce, text, method.associated_data, &out.data);
  return out;
}

Result<std::string> Decrypt(const Method& method, std::string_view data, const Metadata& metadata,
                            KeySource& keys) {
  Secret key;
  if (method.keys) {
    ASSIGN_OR_RETURN(key, keys.ForDecryption(*method.keys, metadata));
  }
  if (method.kind == Method::Kind::kExternal)
    return RunMethod(method.decrypt_command, method.keys ? &key : nullptr, data);
  RETURN_IF_ERROR(CheckAesKey(method, key));
  std::optional<std::string> text;
  if (data.size() >= kGcmNonceSize)
    text = base::crypto::AesGcmOpen(key.bytes, data.substr(0, kGcmNonceSize), data.substr(kGcmNonceSize),
                                    method.associated_data);
  if (!text) return Error("wrong passphrase or key, or the file has been damaged or changed");
  if (method.keys) keys.Adopt(*method.keys, metadata);
  return std::move(*text);
}

}  // namespace engine::encryption
