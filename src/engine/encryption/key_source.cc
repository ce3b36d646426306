#include "engine/encryption/key_source.h"

#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/crypto/cipher.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/encryption/external.h"

namespace engine::encryption {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Document;
using base::json::Node;

// Bounds of what a file may demand before its key has been proved right.
constexpr int64_t kMaxIterations = 20'000'000;
constexpr int64_t kMaxKeyLength = 1024;
constexpr size_t kMaxSalt = 4096;
constexpr uint64_t kMaxKeyFile = 4096;

struct Derivation {
  std::string salt;
  int64_t iterations, key_length;
  base::crypto::Digest hash;
};

std::string_view HashName(base::crypto::Digest hash) {
  return hash == base::crypto::Digest::kSha256 ? "sha256" : "sha512";
}

std::string WriteDerivation(const Derivation& derivation) {
  std::string json;
  base::json::Writer writer(&json);
  writer.BeginObject().Member("salt", base::core::Base64Encode(derivation.salt));
  writer.Member("iterations", derivation.iterations).Member("hash_function", HashName(derivation.hash));
  writer.Member("key_length", derivation.key_length).EndObject();
  return json;
}

Result<Derivation> ReadDerivation(const std::string& json) {
  const Error wrong(
      "its metadata in the encrypted file cannot be used: the file is damaged, or this key "
      "provider was of another type when it was written");
  auto document = Document::Parse(json, {.max_depth = 16});
  if (!document.ok()) return wrong;
  const Node root = document->root();
  const auto salt = base::core::Base64Decode(root.FindString("salt").value_or("!"));
  const std::string hash = root.FindString("hash_function").value_or("");
  const int64_t iterations = root.FindInt64("iterations").value_or(0);
  const int64_t key_length = root.FindInt64("key_length").value_or(0);
  if (!salt || salt->empty() || salt->size() > kMaxSalt || (hash != "sha256" && hash != "sha512"))
    return wrong;
  if (iterations < 1 || key_length < 1 || key_length > kMaxKeyLength) return wrong;
  if (iterations > kMaxIterations)
    return Error("the encrypted file asks for " + std::to_string(iterations) +
                 " iterations, more than the 20000000 that are reasonable: somebody may have changed it");
  return Derivation{*salt, iterations, key_length,
                    hash == "sha256" ? base::crypto::Digest::kSha256 : base::crypto::Digest::kSha512};
}

Secret Derive(const Derivation& derivation, std::string_view passphrase) {
  return Secret(base::crypto::Pbkdf2(derivation.hash, passphrase, derivation.salt, derivation.iterations,
                                     static_cast<size_t>(derivation.key_length)));
}

// Tells key files apart without telling anything of the key.
std::string FileMetadata(const Secret& key) {
  const std::string id = base::crypto::Hmac(base::crypto::Digest::kSha256, key.bytes, "key_provider.file id");
  return "{\"key_id\":\"" + base::core::HexEncode(id).substr(0, 16) + "\"}";
}

Result<Secret> ReadKeyFile(const KeyProvider& provider) {
  ASSIGN_OR_RETURN(Secret text, [&]() -> Result<Secret> {
    ASSIGN_OR_RETURN(std::string read, base::core::ReadFile(provider.path, kMaxKeyFile));
    return Secret(std::move(read));
  }());
  auto key = base::core::Base64Decode(base::core::Trim(text.bytes));
  if (key && base::crypto::IsAesKeySize(key->size())) return Secret(std::move(*key));
  return Error("the key file " + provider.path +
               " must hold a key of 16, 24 or 32 bytes in Base64, as \"openssl rand -base64 32\" makes it");
}

// An answer of an external key provider.
struct External {
  Secret encryption, decryption;
  std::string metadata;  // JSON
};

Result<External> AskExternal(const KeyProvider& provider, const std::string& metadata) {
  ASSIGN_OR_RETURN(Secret answer, [&]() -> Result<Secret> {
    ASSIGN_OR_RETURN(std::string out, RunExternal(provider.command, kKeyProviderMagic, metadata));
    return Secret(std::move(out));
  }());
  const Error wrong("the command " + provider.command[0] +
                    " must answer with {\"keys\":{\"encryption_key\":\"...\",\"decryption_key\":\"...\"},"
                    "\"meta\":{\"external_data\":{...}}}, keys in Base64");
  auto document = Document::Parse(base::core::Trim(answer.bytes), {.max_depth = 100});
  if (!document.ok() || !document->root().IsObject()) return wrong;
  const Node keys = document->root().Find("keys");
  if (!keys || !keys.IsObject()) return wrong;
  External out;
  auto encryption = base::core::Base64Decode(keys.FindString("encryption_key").value_or(""));
  auto decryption = base::core::Base64Decode(keys.FindString("decryption_key").value_or(""));
  if (!encryption || encryption->empty() || !decryption) return wrong;
  out.encryption.bytes = std::move(*encryption);
  out.decryption.bytes = std::move(*decryption);
  const Node meta = document->root().Find("meta");
  const Node data = meta && meta.IsObject() ? meta.Find("external_data") : Node();
  base::json::Writer writer(&out.metadata);
  writer.BeginObject().Key("external_data");
  data&& data.IsObject() ? writer.Raw(data.raw()) : writer.Null();
  writer.EndObject();
  return out;
}

// What the program is sent: null unless it has left something to remember.
std::string ExternalInput(const std::string& metadata) {
  const auto document = Document::Parse(metadata, {.max_depth = 100});
  const Node data = document.ok() ? document->root().Find("external_data") : Node();
  return data && data.IsObject() ? metadata : "null";
}

}  // namespace

Secret::~Secret() { base::crypto::Wipe(&bytes); }

Result<EncryptionKey> KeySource::ForEncryption(const KeyProvider& provider) {
  std::lock_guard lock(mutex_);
  return Encryption(provider).Wrap(provider.address);
}

Result<Secret> KeySource::ForDecryption(const KeyProvider& provider, const Metadata& metadata) {
  std::lock_guard lock(mutex_);
  return Decryption(provider, metadata);
}

Result<EncryptionKey> KeySource::Encryption(const KeyProvider& provider) {
  if (const auto known = encryption_.find(&provider); known != encryption_.end()) return known->second;
  EncryptionKey made;
  if (provider.kind == KeyProvider::Kind::kFile) {
    ASSIGN_OR_RETURN(made.key, ReadKeyFile(provider));
    made.metadata[provider.metadata_key] = FileMetadata(made.key);
  } else if (provider.kind == KeyProvider::Kind::kExternal) {
    ASSIGN_OR_RETURN(External answer, AskExternal(provider, "null"));
    made.key = std::move(answer.encryption);
    made.metadata[provider.metadata_key] = std::move(answer.metadata);
  } else {
    Secret passphrase(provider.passphrase);
    if (provider.chain) {
      ASSIGN_OR_RETURN(EncryptionKey chained, Encryption(*provider.chain));
      passphrase = std::move(chained.key);
      made.metadata = std::move(chained.metadata);
    }
    const Derivation derivation{base::crypto::RandomBytes(static_cast<size_t>(provider.salt_length)),
                                provider.iterations, provider.key_length, provider.hash};
    made.key = Derive(derivation, passphrase.bytes);
    made.metadata[provider.metadata_key] = WriteDerivation(derivation);
  }
  return encryption_.emplace(&provider, std::move(made)).first->second;
}

Result<Secret> KeySource::Decryption(const KeyProvider& provider, const Metadata& metadata) {
  const auto own = metadata.find(provider.metadata_key);
  if (own == metadata.end()) {
    std::string others;
    for (const auto& [key, json] : metadata) others += (others.empty() ? "" : ", ") + key;
    return Error("it was not encrypted with a key of " + provider.metadata_key +
                 (others.empty() ? "" : " but of " + others));
  }
  // With its chain's metadata: the same salt under another passphrase is another key.
  std::string all = own->second;
  for (const KeyProvider* at = provider.chain.get(); at != nullptr; at = at->chain.get()) {
    const auto chained = metadata.find(at->metadata_key);
    all += '\n' + (chained == metadata.end() ? "" : chained->second);
  }
  const Key id(&provider, all);
  if (const auto known = decryption_.find(id); known != decryption_.end()) return known->second;
  Secret key;
  if (provider.kind == KeyProvider::Kind::kFile) {
    ASSIGN_OR_RETURN(key, ReadKeyFile(provider));
    if (FileMetadata(key) != own->second)
      return Error("the key in " + provider.path + " is not the one that it was encrypted with");
  } else if (provider.kind == KeyProvider::Kind::kExternal) {
    ASSIGN_OR_RETURN(key, RunForDecryption(provider, own->second));
  } else {
    ASSIGN_OR_RETURN(const Derivation derivation, ReadDerivation(own->second));
    Secret passphrase(provider.passphrase);
    if (provider.chain) {
      ASSIGN_OR_RETURN(passphrase, Decryption(*provider.chain, metadata));
    }
    key = Derive(derivation, passphrase.bytes);
  }
  return decryption_.emplace(id, std::move(key)).first->second;
}

Result<Secret> KeySource::RunForDecryption(const KeyProvider& provider, const std::string& metadata) {
  ASSIGN_OR_RETURN(External answer, AskExternal(provider, ExternalInput(metadata)));
  offered_.insert_or_assign(
      Key(&provider, metadata),
      EncryptionKey{std::move(answer.encryption), {{provider.metadata_key, std::move(answer.metadata)}}});
  if (answer.decryption.bytes.empty())
    return Error("the command " + provider.command[0] + " has given no decryption_key");
  return std::move(answer.decryption);
}

void KeySource::Adopt(const KeyProvider& provider, const Metadata& metadata) {
  std::lock_guard lock(mutex_);
  if (encryption_.contains(&provider)) return;
  if (std::optional<EncryptionKey> key = Reusable(provider, metadata))
    encryption_.emplace(&provider, std::move(*key));
}

std::optional<EncryptionKey> KeySource::Reusable(const KeyProvider& provider, const Metadata& metadata) {
  const auto own = metadata.find(provider.metadata_key);
  if (own == metadata.end()) return std::nullopt;
  if (provider.kind == KeyProvider::Kind::kExternal) {
    const auto offered = offered_.find(Key(&provider, own->second));
    return offered == offered_.end() ? std::nullopt : std::optional(offered->second);
  }
  if (provider.kind == KeyProvider::Kind::kPbkdf2) {
    const auto derivation = ReadDerivation(own->second);
    const bool same = derivation.ok() && derivation->iterations == provider.iterations &&
                      derivation->key_length == provider.key_length && derivation->hash == provider.hash &&
                      derivation->salt.size() == static_cast<size_t>(provider.salt_length);
    if (!same) return std::nullopt;
  }
  EncryptionKey out;
  if (provider.chain) {
    // The chain may offer another passphrase to encrypt with than it had then.
    if (!encryption_.contains(provider.chain.get())) {
      std::optional<EncryptionKey> chained = Reusable(*provider.chain, metadata);
      if (!chained) return std::nullopt;
      encryption_.emplace(provider.chain.get(), std::move(*chained));
    }
    const EncryptionKey& chained = encryption_.at(provider.chain.get());
    const auto then = Decryption(*provider.chain, metadata);
    if (!then.ok() || then->bytes != chained.key.bytes) return std::nullopt;
    out.metadata = chained.metadata;
  }
  auto key = Decryption(provider, metadata);
  if (!key.ok()) return std::nullopt;
  out.key = std::move(*key);
  out.metadata[provider.metadata_key] = own->second;
  return out;
}

}  // namespace engine::encryption
