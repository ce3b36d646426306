#include "engine/remote/s3_lock.h"

#include "base/core/strings.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using state::LockConflict;
using state::LockInfo;

constexpr const char* kInfo = "Info";

// What a refused try leads to. A try that was repeated because its answer got lost meets its own lock.
std::optional<LockConflict> Conflict(std::string reason, const std::optional<std::string>& holder_json,
                                     const LockInfo& ours) {
  std::optional<LockInfo> holder = holder_json ? LockInfo::FromJson(*holder_json) : std::nullopt;
  if (holder && holder->id == ours.id) return std::nullopt;
  const bool passes = !holder;  // it has just been released, or two have come at once
  return LockConflict{std::move(reason), std::move(holder), passes};
}

Result<void> CheckHolder(const std::optional<std::string>& json, const std::string& id,
                         std::string_view place) {
  if (!json)
    return Error(fmt::format(
        "there is no lock in {}: someone else has released it, with force-unlock perhaps", place));
  const std::optional<LockInfo> holder = LockInfo::FromJson(*json);
  if (!holder) return Error(fmt::format("the lock in {} cannot be read: remove it by hand", place));
  if (holder->id != id)
    return Error(fmt::format("lock ID {} does not match existing lock ({})", base::core::GoQuote(id),
                             base::core::GoQuote(holder->id)));
  return {};
}

}  // namespace

S3Lock::S3Lock(const S3Parts& parts, const std::string& object_key)
    : parts_(parts), file_key_(object_key + ".tflock"), path_(parts.layout.bucket + "/" + object_key) {}

Result<std::optional<LockConflict>> S3Lock::Try(LockInfo* info) {
  info->path = path_;
  if (parts_.use_lockfile) {
    ASSIGN_OR_RETURN(std::optional<LockConflict> conflict, TryFile(*info));
    if (conflict) return conflict;
  }
  if (parts_.table == nullptr) return std::optional<LockConflict>();
  Result<std::optional<LockConflict>> item = TryItem(*info);
  const bool failed = !item.ok() || item->has_value();
  if (failed && parts_.use_lockfile)
    if (Result<void> released = ReleaseFile(info->id); !released.ok())
      return Error(
          fmt::format("failed to clean up file lock after DynamoDB lock error: {}; original error: {}",
                      released.error().message(), item.ok() ? (*item)->reason : item.error().message()));
  return item;
}

Result<std::optional<LockConflict>> S3Lock::TryFile(const LockInfo& info) {
  ASSIGN_OR_RETURN(std::optional<std::string> refused, parts_.objects->PutIfNone(file_key_, info.ToJson()));
  if (!refused) return std::optional<LockConflict>();
  const auto holder = parts_.objects->Get(file_key_);
  return Conflict(std::move(*refused), holder.ok() ? *holder : std::nullopt, info);
}

Result<std::optional<LockConflict>> S3Lock::TryItem(const LockInfo& info) {
  ASSIGN_OR_RETURN(std::optional<std::string> refused, parts_.table->PutIfNone(path_, kInfo, info.ToJson()));
  if (!refused) return std::optional<LockConflict>();
  const auto holder = parts_.table->Get(path_, kInfo);
  return Conflict(std::move(*refused), holder.ok() ? *holder : std::nullopt, info);
}

Result<void> S3Lock::Release(const std::string& id) {
  Result<void> file = parts_.use_lockfile ? ReleaseFile(id) : Result<void>();
  Result<void> item = parts_.table != nullptr ? ReleaseItem(id) : Result<void>();
  if (!file.ok() && !item.ok())
    return Error(fmt::format("failed to unlock both S3 and DynamoDB: S3 error: {}, DynamoDB error: {}",
                             file.error().message(), item.error().message()));
  if (!file.ok()) return std::move(file.error()).Wrap("failed to unlock S3");
  if (!item.ok()) return std::move(item.error()).Wrap("failed to unlock DynamoDB");
  return {};
}

Result<void> S3Lock::ReleaseFile(const std::string& id) {
  ASSIGN_OR_RETURN(const std::optional<std::string> json, parts_.objects->Get(file_key_));
  RETURN_IF_ERROR(CheckHolder(json, id, parts_.layout.bucket + "/" + file_key_));
  return parts_.objects->Delete(file_key_);
}

Result<void> S3Lock::ReleaseItem(const std::string& id) {
  ASSIGN_OR_RETURN(const std::optional<std::string> json, parts_.table->Get(path_, kInfo));
  RETURN_IF_ERROR(CheckHolder(json, id, "the DynamoDB table"));
  return parts_.table->Delete(path_);
}

}  // namespace engine::remote
