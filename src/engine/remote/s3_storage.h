// One state of the backend "s3": its object, its lock, and the digest in DynamoDB that tells when S3 lags
// behind. Not the choice of the object (s3.h). Made by s3.cc.
#pragma once

#include <memory>
#include <string>

#include "base/core/clock.h"
#include "engine/remote/s3_lock.h"
#include "engine/state/storage.h"

namespace engine::remote {

class S3Storage : public state::StateStorage {
 public:
  S3Storage(std::shared_ptr<S3Parts> parts, std::string object_key,
            base::core::Clock& clock = base::core::RealClock());
  ~S3Storage() override { (void)Unlock(); }

  base::core::Result<std::optional<state::LockConflict>> TryLock(state::LockInfo* info) override;
  base::core::Result<void> Unlock() override;
  bool locked() const override { return locked_; }
  base::core::Result<void> ForceUnlock(const std::string& id) override { return lock_.Release(id); }
  base::core::Result<std::string> Read() override;
  base::core::Result<void> Write(std::string_view text) override;
  // A bucket with versions keeps what came before.
  std::string JournalPath() const override;
  std::string Identity() const override;
  bool IsRemote() const override { return true; }

  // With its digest.
  base::core::Result<void> Delete();

 private:
  std::string DigestId() const { return lock_.path() + "-md5"; }
  // The MD5 that the table wants the state to have, in hex; "" when it has no opinion.
  std::string ExpectedDigest();

  const std::shared_ptr<S3Parts> parts_;
  const std::string object_key_;
  base::core::Clock& clock_;
  S3Lock lock_;
  bool locked_ = false;
  std::string lock_id_;
};

}  // namespace engine::remote
