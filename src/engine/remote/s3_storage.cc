#include "engine/remote/s3_storage.h"

#include "base/core/log.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "engine/remote/storage_support.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using state::LockConflict;
using state::LockInfo;

constexpr const char* kDigest = "Digest";
constexpr std::chrono::seconds kDigestPause{2};
constexpr int kDigestTries = 6;  // ten seconds

Error WrongDigest(const S3Layout& layout, const std::string& key, const std::string& actual,
                  const std::string& expected) {
  return Error(fmt::format(
      "state data in S3 does not have the expected content.\n\n"
      "Bucket: {}\nKey:    {}\nCalculated checksum: {}\nStored checksum:     {}\n\n"
      "The state was written by something that did not update the checksum in DynamoDB, or the last run died "
      "between the two. Wait a minute and try again. If it stays so, and the state in S3 is the right one, "
      "{} the attribute Digest of the item {} in the DynamoDB table.",
      layout.bucket, key, actual, expected,
      actual.empty() ? std::string("remove") : fmt::format("write {} into", actual),
      base::core::GoQuote(layout.bucket + "/" + key + "-md5")));
}

}  // namespace

S3Storage::S3Storage(std::shared_ptr<S3Parts> parts, std::string object_key, base::core::Clock& clock)
    : parts_(std::move(parts)),
      object_key_(std::move(object_key)),
      clock_(clock),
      lock_(*parts_, object_key_) {}

Result<std::optional<LockConflict>> S3Storage::TryLock(LockInfo* info) {
  ASSIGN_OR_RETURN(std::optional<LockConflict> conflict, lock_.Try(info));
  if (conflict) return conflict;
  locked_ = true;
  lock_id_ = info->id;
  return std::optional<LockConflict>();
}

Result<void> S3Storage::Unlock() {
  if (!locked_) return {};
  locked_ = false;
  return lock_.Release(lock_id_);
}

std::string S3Storage::ExpectedDigest() {
  if (parts_->table == nullptr) return "";
  Result<std::optional<std::string>> digest = parts_->table->Get(DigestId(), kDigest);
  if (!digest.ok()) {
    base::core::Log(base::core::LogLevel::kWarn, "s3", "no digest of the state: {}",
                    digest.error().message());
    return "";
  }
  const auto bytes = base::core::HexDecode(digest->value_or(""));
  return bytes && bytes->size() == 16 ? base::core::HexEncode(*bytes) : "";
}

Result<std::string> S3Storage::Read() {
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(std::optional<std::string> text, parts_->objects->Get(object_key_));
    const std::string expected = ExpectedDigest();
    if (expected.empty()) return text ? std::move(*text) : std::string();
    const std::string actual =
        text && !text->empty() ? base::core::HexEncode(base::crypto::Md5(*text)) : std::string();
    if (actual == expected) return std::move(*text);
    if (attempt == kDigestTries) return WrongDigest(parts_->layout, object_key_, actual, expected);
    clock_.Sleep(kDigestPause);
  }
}

Result<void> S3Storage::Write(std::string_view text) {
  const std::string digest =
      parts_->table != nullptr ? base::core::HexEncode(base::crypto::Md5(text)) : std::string();
  RETURN_IF_ERROR(parts_->objects->Put(object_key_, std::string(text)));
  if (parts_->table == nullptr) return {};
  return parts_->table->Put(DigestId(), kDigest, digest)
      .Wrap("the state is written, but its digest is not, so that the next run will refuse it");
}

Result<void> S3Storage::Delete() {
  RETURN_IF_ERROR(parts_->objects->Delete(object_key_));
  return parts_->table != nullptr ? parts_->table->Delete(DigestId()) : Result<void>();
}

std::string S3Storage::Identity() const {
  return fmt::format("s3 {}/{}", parts_->objects->BucketUrl(), object_key_);
}

std::string S3Storage::JournalPath() const {
  return JournalPathFor(parts_->journal_directory, "s3", Identity());
}

}  // namespace engine::remote
