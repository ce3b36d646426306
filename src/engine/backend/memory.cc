#include "engine/backend/memory.h"

#include <optional>

namespace engine::backend {

using base::core::Error;
using base::core::Result;
using state::LockConflict;
using state::LockInfo;

struct MemoryBackend::Shared {
  std::string journal_path;
  std::mutex mutex;
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, LockInfo, std::less<>> locks;
  std::string failure;
  int writes = 0;
  bool remote = false;
};

namespace {

class MemoryStorage : public state::StateStorage {
 public:
  MemoryStorage(std::shared_ptr<MemoryBackend::Shared> shared, std::string workspace)
      : shared_(std::move(shared)), workspace_(std::move(workspace)) {}
  ~MemoryStorage() override { (void)Unlock(); }

  Result<std::optional<LockConflict>> TryLock(LockInfo* info) override {
    std::lock_guard lock(shared_->mutex);
    info->path = workspace_;
    const auto [held, is_ours] = shared_->locks.try_emplace(workspace_, *info);
    if (!is_ours) return std::optional(LockConflict{"the state is already locked", held->second});
    locked_ = true;
    return std::optional<LockConflict>();
  }
  Result<void> Unlock() override {
    std::lock_guard lock(shared_->mutex);
    if (locked_) shared_->locks.erase(workspace_);
    locked_ = false;
    return {};
  }
  bool locked() const override { return locked_; }
  Result<std::string> Read() override {
    std::lock_guard lock(shared_->mutex);
    return shared_->texts[workspace_];
  }
  Result<void> Write(std::string_view text) override {
    std::lock_guard lock(shared_->mutex);
    if (!shared_->failure.empty()) return Error(shared_->failure);
    shared_->texts[workspace_] = text;
    ++shared_->writes;
    return {};
  }
  std::string JournalPath() const override { return shared_->journal_path; }
  std::string Identity() const override { return "inmem"; }
  bool IsRemote() const override { return shared_->remote; }

 private:
  const std::shared_ptr<MemoryBackend::Shared> shared_;
  const std::string workspace_;
  bool locked_ = false;
};

}  // namespace

MemoryBackend::MemoryBackend(std::string journal_path) : shared_(std::make_shared<Shared>()) {
  shared_->journal_path = std::move(journal_path);
  shared_->texts[std::string(kDefaultWorkspace)];
}

Result<std::vector<std::string>> MemoryBackend::Workspaces() {
  std::lock_guard lock(shared_->mutex);
  std::vector<std::string> names = {std::string(kDefaultWorkspace)};
  for (const auto& [name, text] : shared_->texts) {
    if (name != kDefaultWorkspace) names.push_back(name);
  }
  return names;
}

Result<void> MemoryBackend::CreateWorkspace(std::string_view name) {
  std::lock_guard lock(shared_->mutex);
  shared_->texts[std::string(name)];
  return {};
}

Result<void> MemoryBackend::DeleteWorkspace(std::string_view name) {
  if (name == kDefaultWorkspace) return Error("cannot delete default state");
  std::lock_guard lock(shared_->mutex);
  shared_->texts.erase(std::string(name));
  return {};
}

std::unique_ptr<state::StateStorage> MemoryBackend::Storage(std::string_view workspace) {
  return std::make_unique<MemoryStorage>(shared_, std::string(workspace));
}

void MemoryBackend::BeRemote() { shared_->remote = true; }

void MemoryBackend::FailWrites(std::string message) {
  std::lock_guard lock(shared_->mutex);
  shared_->failure = std::move(message);
}

std::string MemoryBackend::Text(std::string_view workspace) {
  std::lock_guard lock(shared_->mutex);
  return shared_->texts[std::string(workspace)];
}

int MemoryBackend::writes() {
  std::lock_guard lock(shared_->mutex);
  return shared_->writes;
}

}  // namespace engine::backend
