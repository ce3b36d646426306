#include "install/providers/signature.h"

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include <memory>

#include "base/core/shared_library.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "install/providers/partner_key.h"

namespace install::providers {
namespace {

using base::core::Error;
using base::core::Result;

// The primary key that HashiCorp signs its own providers with.
constexpr std::string_view kOfficialFingerprint = "C874011F0AB405110D02105534365D9472D7468F";

constexpr size_t kMaxKeySize = 1 << 20;

#define PARTERRE_RNP_FUNCTIONS(X)       \
  X(rnp_ffi_create)                     \
  X(rnp_ffi_destroy)                    \
  X(rnp_input_from_memory)              \
  X(rnp_input_destroy)                  \
  X(rnp_output_to_memory)               \
  X(rnp_output_memory_get_buf)          \
  X(rnp_output_destroy)                 \
  X(rnp_dearmor)                        \
  X(rnp_import_keys)                    \
  X(rnp_op_verify_detached_create)      \
  X(rnp_op_verify_execute)              \
  X(rnp_op_verify_destroy)              \
  X(rnp_op_verify_get_signature_count)  \
  X(rnp_op_verify_get_signature_at)     \
  X(rnp_op_verify_signature_get_status) \
  X(rnp_op_verify_signature_get_key)    \
  X(rnp_dump_packets_to_json)           \
  X(rnp_locate_key)                     \
  X(rnp_key_get_primary_fprint)         \
  X(rnp_key_get_fprint)                 \
  X(rnp_key_handle_destroy)             \
  X(rnp_buffer_destroy)

struct Library {
#define PARTERRE_MEMBER(name) decltype(::name)* name = nullptr;
  PARTERRE_RNP_FUNCTIONS(PARTERRE_MEMBER)
#undef PARTERRE_MEMBER

  static Result<Library> Load() {
    ASSIGN_OR_RETURN(const base::core::SharedLibrary loaded, base::core::SharedLibrary::Open("librnp.so.0"));
    Library library;
#define PARTERRE_RESOLVE(name)                            \
  library.name = loaded.Resolve<decltype(::name)>(#name); \
  if (library.name == nullptr) return Error("librnp.so.0 has no function " #name);
    PARTERRE_RNP_FUNCTIONS(PARTERRE_RESOLVE)
#undef PARTERRE_RESOLVE
    return library;
  }
};

Result<const Library*> Loaded() {
  static const Result<Library> library = Library::Load();
  if (!library.ok()) {
    return Error("signatures are checked by librnp, which cannot be loaded (" + library.error().message() +
                 "): install the package librnp0");
  }
  return &*library;
}

// A handle of the library and the function that ends it.
template <typename Handle>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, rnp_result_t (*)(Handle)>;

class Keyring {
 public:
  static Result<Keyring> Create(const Library& library) {
    rnp_ffi_t ffi = nullptr;
    if (library.rnp_ffi_create(&ffi, "GPG", "GPG") != RNP_SUCCESS) return Error("librnp cannot be set up");
    return Keyring(library, ffi);
  }

  // False when it is no key.
  bool Import(std::string_view armored) {
    const auto input = InputOf(armored);
    return input != nullptr && armored.size() <= kMaxKeySize &&
           library_->rnp_import_keys(ffi_.get(), input.get(), RNP_LOAD_SAVE_PUBLIC_KEYS, nullptr) ==
               RNP_SUCCESS;
  }

  // Fingerprint of the primary key by whose key or subkey the document is signed; empty when by none of ours.
  // Keys and signatures that have expired since are fine: releases outlive them.
  std::string SignerOf(std::string_view document, std::string_view signature) const {
    // Asked about a stranger's signature, the library complains on standard error.
    if (!KnowsSigner(signature)) return {};
    const auto input = InputOf(document);
    const auto signature_input = InputOf(signature);
    rnp_op_verify_t raw = nullptr;
    if (input == nullptr || signature_input == nullptr ||
        library_->rnp_op_verify_detached_create(&raw, ffi_.get(), input.get(), signature_input.get()) !=
            RNP_SUCCESS) {
      return {};
    }
    const Owned<rnp_op_verify_t> operation(raw, library_->rnp_op_verify_destroy);
    // Each signature's own status counts.
    library_->rnp_op_verify_execute(operation.get());
    size_t count = 0;
    library_->rnp_op_verify_get_signature_count(operation.get(), &count);
    for (size_t i = 0; i < count; ++i) {
      rnp_op_verify_signature_t each = nullptr;
      if (library_->rnp_op_verify_get_signature_at(operation.get(), i, &each) != RNP_SUCCESS) continue;
      const rnp_result_t status = library_->rnp_op_verify_signature_get_status(each);
      if (status != RNP_SUCCESS && status != RNP_ERROR_SIGNATURE_EXPIRED) continue;
      if (std::string fingerprint = FingerprintOf(each); !fingerprint.empty()) return fingerprint;
    }
    return {};
  }

  std::string Dearmor(std::string_view armored) const {
    const auto input = InputOf(armored);
    rnp_output_t raw = nullptr;
    if (input == nullptr || library_->rnp_output_to_memory(&raw, kMaxKeySize) != RNP_SUCCESS) return {};
    const Owned<rnp_output_t> output(raw, library_->rnp_output_destroy);
    uint8_t* bytes = nullptr;
    size_t size = 0;
    if (library_->rnp_dearmor(input.get(), output.get()) != RNP_SUCCESS ||
        library_->rnp_output_memory_get_buf(output.get(), &bytes, &size, false) != RNP_SUCCESS) {
      return {};
    }
    return std::string(reinterpret_cast<const char*>(bytes), size);
  }

 private:
  Keyring(const Library& library, rnp_ffi_t ffi) : library_(&library), ffi_(ffi, library.rnp_ffi_destroy) {}

  Owned<rnp_input_t> InputOf(std::string_view bytes) const {
    rnp_input_t input = nullptr;
    library_->rnp_input_from_memory(&input, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
                                    false);
    return Owned<rnp_input_t>(input, library_->rnp_input_destroy);
  }

  // Whether a signature names one of our keys or subkeys as its issuer, or names nobody.
  bool KnowsSigner(std::string_view signature) const {
    const auto input = InputOf(signature);
    char* text = nullptr;
    if (input == nullptr || library_->rnp_dump_packets_to_json(input.get(), 0, &text) != RNP_SUCCESS ||
        text == nullptr) {
      return false;
    }
    const std::string json = text;
    library_->rnp_buffer_destroy(text);
    const auto packets = base::json::Document::Parse(json);
    if (!packets.ok() || !packets->root().IsArray()) return false;
    bool named = false;
    for (const base::json::Node packet : packets->root().Elements()) {
      const base::json::Node parts = packet.Find("subpackets");
      if (!parts || !parts.IsArray()) continue;
      for (const base::json::Node part : parts.Elements()) {
        for (const auto& [member, kind] :
             {std::pair{"fingerprint", "fingerprint"}, {"issuer keyid", "keyid"}}) {
          const auto issuer = part.FindString(member);
          if (issuer && Knows(kind, *issuer)) return true;
          named = named || issuer;
        }
      }
    }
    return !named;
  }

  bool Knows(const char* kind, const std::string& id) const {
    rnp_key_handle_t raw = nullptr;
    if (library_->rnp_locate_key(ffi_.get(), kind, id.c_str(), &raw) != RNP_SUCCESS || raw == nullptr)
      return false;
    library_->rnp_key_handle_destroy(raw);
    return true;
  }

  std::string FingerprintOf(rnp_op_verify_signature_t signature) const {
    rnp_key_handle_t raw = nullptr;
    if (library_->rnp_op_verify_signature_get_key(signature, &raw) != RNP_SUCCESS) return {};
    const Owned<rnp_key_handle_t> key(raw, library_->rnp_key_handle_destroy);
    char* text = nullptr;
    // A primary key has no primary key of its own.
    if (library_->rnp_key_get_primary_fprint(key.get(), &text) != RNP_SUCCESS || text == nullptr) {
      if (library_->rnp_key_get_fprint(key.get(), &text) != RNP_SUCCESS || text == nullptr) return {};
    }
    std::string fingerprint = text;
    library_->rnp_buffer_destroy(text);
    return fingerprint;
  }

  const Library* library_;
  Owned<rnp_ffi_t> ffi_;
};

// Whether the partner program has signed the author's key.
Result<bool> IsPartner(const Library& library, const SigningKey& key, std::string_view partner_key) {
  if (key.trust_signature.empty()) return false;
  ASSIGN_OR_RETURN(Keyring partners, Keyring::Create(library));
  if (!partners.Import(partner_key)) return Error("the key of the partner program cannot be read");
  const std::string author = partners.Dearmor(key.ascii_armor);
  const std::string signature = partners.Dearmor(key.trust_signature);
  if (author.empty() || partners.SignerOf(author, signature).empty()) {
    return Error(
        "the registry calls the signer a partner of HashiCorp, and the signature that should prove it is not "
        "valid");
  }
  return true;
}

}  // namespace

Trust HashiCorpTrust() { return {kOfficialFingerprint, kPartnerKey}; }

Result<Authentication> VerifyRelease(std::string_view document, std::string_view signature,
                                     std::span<const SigningKey> keys, const Trust& trust) {
  ASSIGN_OR_RETURN(const Library* library, Loaded());
  for (const SigningKey& key : keys) {
    ASSIGN_OR_RETURN(Keyring keyring, Keyring::Create(*library));
    if (!keyring.Import(key.ascii_armor)) continue;
    const std::string fingerprint = keyring.SignerOf(document, signature);
    if (fingerprint.empty()) continue;
    if (fingerprint == trust.official_fingerprint)
      return Authentication{Authentication::Kind::kOfficial, key.id};
    ASSIGN_OR_RETURN(const bool partner, IsPartner(*library, key, trust.partner_key));
    return Authentication{partner ? Authentication::Kind::kPartner : Authentication::Kind::kSelfSigned,
                          fingerprint.substr(fingerprint.size() > 16 ? fingerprint.size() - 16 : 0)};
  }
  return Error(
      "the release is not signed by any of the keys that the registry gives for this provider "
      "(authentication signature from unknown issuer)");
}

}  // namespace install::providers
