#include "engine/encryption/target.h"

#include <algorithm>

#include "engine/encryption/method.h"

namespace engine::encryption {
namespace {

using base::core::Error;
using base::core::Result;

bool IsUnencrypted(const std::shared_ptr<const Method>& method) {
  return method->kind == Method::Kind::kUnencrypted;
}

// An older state put in the place of a newer one would show in the serial, if not for a forged one.
Result<void> CheckClear(const std::optional<ClearMembers>& clear, std::string_view text) {
  if (!clear) return {};
  ASSIGN_OR_RETURN(const ClearMembers inside, ReadClearMembers(text));
  const bool serial = !clear->serial || !inside.serial || clear->serial == inside.serial;
  const bool lineage = clear->lineage.empty() || clear->lineage == inside.lineage;
  if (serial && lineage) return {};
  return Error(
      "its serial or lineage outside of the encrypted part is not the one inside: the file has been "
      "changed. Take it from a backup");
}

class TargetSealer : public state::Sealer {
 public:
  TargetSealer(Methods methods, Content content, std::string what, std::shared_ptr<KeySource> keys)
      : methods_(std::move(methods)), content_(content), what_(std::move(what)), keys_(std::move(keys)) {}

  bool Encrypts() const override { return !IsUnencrypted(methods_.front()); }

  Result<void> Prepare() override {
    return Encrypts() ? encryption::Prepare(*methods_.front(), *keys_).Wrap("encrypting " + what_)
                      : Result<void>();
  }

  Result<std::string> Seal(std::string_view text) override {
    if (!Encrypts()) return std::string(text);
    std::optional<ClearMembers> clear;
    if (content_ == Content::kState) {
      ASSIGN_OR_RETURN(clear, ReadClearMembers(text));
    }
    ASSIGN_OR_RETURN(const Encrypted encrypted,
                     Encrypt(*methods_.front(), text, *keys_).Wrap("encrypting " + what_));
    return WriteEnvelope(encrypted.metadata, encrypted.data, clear);
  }

  Result<Opened> Open(std::string text) override {
    ASSIGN_OR_RETURN(std::optional<Envelope> envelope, ParseEnvelope(text).Wrap(what_));
    if (!envelope) return OpenPlain(std::move(text));
    std::string().swap(text);
    std::string reasons;
    for (size_t i = 0; i < methods_.size(); ++i) {
      if (IsUnencrypted(methods_[i])) continue;
      auto opened = Decrypt(*methods_[i], envelope->data, envelope->metadata, *keys_);
      if (opened.ok()) {
        RETURN_IF_ERROR(CheckClear(envelope->clear, *opened).Wrap(what_));
        return Opened{std::move(*opened), i > 0};
      }
      reasons += "\n  - " + methods_[i]->address + ": " + opened.error().message();
    }
    if (reasons.empty())
      return Error(what_ +
                   " is encrypted, and the configuration has no method to decrypt it. Add the method "
                   "that it was encrypted with as a fallback.");
    return Error(
        what_ + " cannot be decrypted:" + reasons +
        "\nGive the passphrase or key that it was written with. After a change of keys, keep the old "
        "method in a fallback block until the new one has been used once.");
  }

 private:
  Result<Opened> OpenPlain(std::string text) const {
    if (std::none_of(methods_.begin(), methods_.end(), IsUnencrypted))
      return Error(
          what_ +
          " is not encrypted, and the configuration demands that it is. To encrypt what is there, add "
          "a method \"unencrypted\" and name it in a fallback block for as long as it takes.");
    return Opened{std::move(text), Encrypts()};
  }

  const Methods methods_;
  const Content content_;
  const std::string what_;
  const std::shared_ptr<KeySource> keys_;
};

}  // namespace

std::unique_ptr<state::Sealer> MakeSealer(Methods methods, Content content, std::string what,
                                          std::shared_ptr<KeySource> keys) {
  return std::make_unique<TargetSealer>(std::move(methods), content, std::move(what), std::move(keys));
}

}  // namespace engine::encryption
