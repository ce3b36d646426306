// The state of one workspace on HCP Terraform or Terraform Enterprise: locks, state versions, uploads.
// Not which workspace that is (tfe_backend.h), whose TfeBackend makes these.
// The workspace is looked up when something is first asked of it, and made when it is missing and is to be
// locked or written.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/remote/tfe_backend.h"
#include "engine/state/storage.h"

namespace engine::remote {

class TfeState : public state::StateStorage {
 public:
  TfeState(std::shared_ptr<TfeService> service, std::shared_ptr<const TfeSettings> settings,
           std::string workspace);
  ~TfeState() override;

  base::core::Result<std::optional<state::LockConflict>> TryLock(state::LockInfo* info) override;
  // Leaves the workspace locked after an upload that failed: the state that the server has then is not the
  // newest.
  base::core::Result<void> Unlock() override;
  bool locked() const override { return locked_; }
  base::core::Result<void> ForceUnlock(const std::string& id) override;
  base::core::Result<std::string> Read() override;
  base::core::Result<void> Write(std::string_view text) override;
  void ReplaceAnyState() override { force_ = true; }
  base::core::Result<std::optional<state::StateOutputs>> ReadOutputs() override;
  std::string JournalPath() const override;
  std::string Identity() const override;
  bool IsRemote() const override { return true; }
  // As the server says with each state version.
  std::optional<base::core::Duration> WantedInterval() const override { return interval_; }

 private:
  base::core::Result<void> Locate();
  base::core::Result<void> Find();
  base::core::Result<void> Save(std::string_view text, const TfeNewState& described);
  std::string LockId() const;

  const std::shared_ptr<TfeService> service_;
  const std::shared_ptr<const TfeSettings> settings_;
  const std::string name_;  // on the server, or what was asked for where there is none
  std::optional<TfeWorkspace> workspace_;
  std::optional<base::core::Duration> interval_;
  bool locked_ = false;
  bool force_ = false;
  bool upload_failed_ = false;
};

}  // namespace engine::remote
