// The lock of one state of the backend "s3": an object, an item, both or neither. Both must be had, the
// object first. Not the state (s3_storage.h). Called by s3_storage.cc.
#pragma once

#include <optional>
#include <string>

#include "base/core/result.h"
#include "engine/remote/s3.h"
#include "engine/state/lock_info.h"

namespace engine::remote {

class S3Lock {
 public:
  // Both outlive the lock.
  S3Lock(const S3Parts& parts, const std::string& object_key);

  // One try; fills in info->path. Nothing when the lock is ours now.
  base::core::Result<std::optional<state::LockConflict>> Try(state::LockInfo* info);
  // Whoever holds it, as long as that is `id`.
  base::core::Result<void> Release(const std::string& id);
  // How the state is named in locks and digests: "bucket/key".
  const std::string& path() const { return path_; }

 private:
  base::core::Result<std::optional<state::LockConflict>> TryFile(const state::LockInfo& info);
  base::core::Result<std::optional<state::LockConflict>> TryItem(const state::LockInfo& info);
  base::core::Result<void> ReleaseFile(const std::string& id);
  base::core::Result<void> ReleaseItem(const std::string& id);

  const S3Parts& parts_;
  const std::string file_key_, path_;
};

}  // namespace engine::remote
