#include "engine/encryption/storage.h"

#include "engine/encryption/envelope.h"
#include "engine/state/reader.h"

namespace engine::encryption {
namespace {

using base::core::Result;
using state::LockConflict;
using state::LockInfo;
using state::Sealer;
using state::StateStorage;

// Some backends begin a workspace with a state of their own, which is plain. It tells no more than that the
// workspace is there, and whoever can put it in the place of another can delete that one as well.
bool IsFirst(const std::string& text) {
  constexpr size_t kLargest = 4096;
  if (text.empty() || text.size() > kLargest || IsEnvelope(text)) return false;
  const auto state = state::ReadState(text);
  return state.ok() && state->Empty() && state->check_results.empty() && state->serial <= 1;
}

class EncryptedStorage : public StateStorage {
 public:
  // `journal` is null where nothing is ever written; `encryption`, which owns the sealers, may be null.
  EncryptedStorage(std::unique_ptr<StateStorage> inner, Sealer& sealer, Sealer* journal,
                   std::shared_ptr<const Encryption> encryption)
      : inner_(std::move(inner)), sealer_(sealer), journal_(journal), encryption_(std::move(encryption)) {}

  Result<std::optional<LockConflict>> TryLock(LockInfo* info) override { return inner_->TryLock(info); }
  Result<void> Unlock() override { return inner_->Unlock(); }
  bool locked() const override { return inner_->locked(); }
  Result<void> ForceUnlock(const std::string& id) override { return inner_->ForceUnlock(id); }

  // Whoever has read can write: a key that is missing shows before anything is done.
  Result<std::string> Read() override {
    ASSIGN_OR_RETURN(std::string text, inner_->Read());
    outdated_ = false;
    if (IsFirst(text)) {
      outdated_ = sealer_.Encrypts();
    } else if (!text.empty()) {
      ASSIGN_OR_RETURN(Sealer::Opened opened, sealer_.Open(std::move(text)));
      text = std::move(opened.text);
      outdated_ = opened.outdated;
    }
    if (journal_ != nullptr) RETURN_IF_ERROR(sealer_.Prepare());
    return text;
  }

  void ReplaceAnyState() override { inner_->ReplaceAnyState(); }
  bool ReadsElsewhere() const override { return inner_->ReadsElsewhere(); }
  bool IsOutdated() const override { return outdated_; }

  Result<void> Write(std::string_view text) override {
    ASSIGN_OR_RETURN(const std::string sealed, sealer_.Seal(text));
    RETURN_IF_ERROR(inner_->Write(sealed));
    outdated_ = false;
    return {};
  }

  Result<void> WriteBackup(std::string_view text) override {
    ASSIGN_OR_RETURN(const std::string sealed, sealer_.Seal(text));
    return inner_->WriteBackup(sealed);
  }

  std::string JournalPath() const override { return inner_->JournalPath(); }
  Sealer* JournalSealer() override { return journal_; }
  std::string Identity() const override { return inner_->Identity(); }
  bool IsRemote() const override { return inner_->IsRemote(); }
  std::optional<base::core::Duration> WantedInterval() const override { return inner_->WantedInterval(); }

 private:
  const std::unique_ptr<StateStorage> inner_;
  Sealer& sealer_;
  Sealer* const journal_;
  const std::shared_ptr<const Encryption> encryption_;
  bool outdated_ = false;
};

class EncryptedBackend : public backend::Backend {
 public:
  EncryptedBackend(std::unique_ptr<backend::Backend> inner, std::shared_ptr<const Encryption> encryption)
      : inner_(std::move(inner)), encryption_(std::move(encryption)) {}

  Backend& Innermost() override { return inner_->Innermost(); }
  std::string_view type() const override { return inner_->type(); }
  bool SupportsWorkspaces() const override { return inner_->SupportsWorkspaces(); }
  bool HasDefaultWorkspace() const override { return inner_->HasDefaultWorkspace(); }
  Result<std::vector<std::string>> Workspaces() override { return inner_->Workspaces(); }
  Result<void> CreateWorkspace(std::string_view name) override { return inner_->CreateWorkspace(name); }
  Result<void> DeleteWorkspace(std::string_view name) override { return inner_->DeleteWorkspace(name); }
  Result<void> DeleteWorkspaceByForce(std::string_view name) override {
    return inner_->DeleteWorkspaceByForce(name);
  }
  bool AllowUse(std::string_view workspace, const backend::WorkspaceUse& use,
                base::diag::Diagnostics& diagnostics) override {
    return inner_->AllowUse(workspace, use, diagnostics);
  }
  std::unique_ptr<StateStorage> Storage(std::string_view workspace) override {
    return std::make_unique<EncryptedStorage>(inner_->Storage(workspace), *encryption_->state(),
                                              encryption_->journal(), encryption_);
  }

 private:
  const std::unique_ptr<backend::Backend> inner_;
  const std::shared_ptr<const Encryption> encryption_;
};

}  // namespace

std::unique_ptr<backend::Backend> EncryptBackend(std::unique_ptr<backend::Backend> inner,
                                                 std::shared_ptr<const Encryption> encryption) {
  return std::make_unique<EncryptedBackend>(std::move(inner), std::move(encryption));
}

std::unique_ptr<StateStorage> ReadThrough(std::unique_ptr<StateStorage> inner, Sealer& sealer) {
  return std::make_unique<EncryptedStorage>(std::move(inner), sealer, nullptr, nullptr);
}

}  // namespace engine::encryption
