#include "engine/remote/consul_storage.h"

#include "base/archive/gzip.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/remote/storage_support.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using state::LockConflict;
using state::LockInfo;

constexpr uint64_t kLargestState = uint64_t{1} << 30;
// What Consul takes in one request as it is delivered.
constexpr size_t kLargestValue = 524288;
// A transaction carries its value in Base64, within JSON.
constexpr size_t kLargestInTransaction = (kLargestValue - 1024) / 4 * 3;
constexpr size_t kMostChunks = kLargestState / kLargestValue;

std::string WithoutSlash(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path;
}

std::string Md5Hex(std::string_view text) { return base::core::HexEncode(base::crypto::Md5(text)); }

}  // namespace

ConsulStorage::ConsulStorage(std::shared_ptr<ConsulClient> client, ConsulPlace place)
    : client_(std::move(client)),
      place_(std::move(place)),
      lock_(client_, WithoutSlash(place_.path), place_.renewal) {}

Result<std::optional<LockConflict>> ConsulStorage::TryLock(LockInfo* info) {
  pretended_ = !place_.lock;
  if (pretended_) return std::optional<LockConflict>();
  info->path = place_.path;
  return lock_.TryAcquire(info);
}

Result<void> ConsulStorage::Unlock() {
  pretended_ = false;
  return lock_.Release();
}

Result<void> ConsulStorage::ForceUnlock(const std::string& id) {
  return place_.lock ? lock_.Break(id) : Result<void>();
}

std::string ConsulStorage::ChunkFolder(const std::string& hash) const {
  return WithoutSlash(place_.path) + "/tfstate." + hash + "/";
}

Result<ConsulStorage::Root> ConsulStorage::ReadRoot() {
  Root root;
  ASSIGN_OR_RETURN(std::optional<ConsulEntry> entry, client_->Get(place_.path));
  if (!entry) return root;
  root.modify_index = entry->modify_index;
  root.value = std::move(entry->value);
  if (!root.value.starts_with('{')) return root;
  const auto document = base::json::Document::Parse(root.value, {.index_depth = 2});
  if (!document.ok()) return root;
  const base::json::Node chunks = document->root().Find("chunks");
  const std::optional<std::string> hash = document->root().FindString("current-hash");
  if (!hash) return root;
  if (!chunks || !chunks.IsArray() || chunks.size() > kMostChunks)
    return Error("the Consul key " + place_.path + " tells of chunks, but not which");
  root.hash = *hash;
  for (base::json::Node chunk : chunks.Elements())
    root.chunks.push_back(chunk.IsString() ? chunk.AsString() : "");
  root.value.clear();
  return root;
}

Result<std::string> ConsulStorage::Read() {
  ASSIGN_OR_RETURN(root_, ReadRoot());
  std::string bytes = std::exchange(root_->value, "");
  for (const std::string& chunk : root_->chunks) {
    ASSIGN_OR_RETURN(const std::optional<std::string> piece, client_->GetValue(chunk));
    if (!piece) return Error(fmt::format("Key {} could not be found", base::core::GoQuote(chunk)));
    bytes += *piece;
    if (bytes.size() > kLargestState) return Error("the state is too large");
  }
  if (bytes.starts_with('\x1f')) {
    ASSIGN_OR_RETURN(bytes, base::archive::Gunzip(bytes, kLargestState));
  }
  if (!root_->hash.empty() && Md5Hex(bytes) != root_->hash)
    return Error("The remote state does not match the expected hash: a chunk below " +
                 ChunkFolder(root_->hash) +
                 " was changed or cut off. Restore it, or push a backup with -force.");
  return bytes;
}

// `hash`: of the chunks that the value tells of.
Result<void> ConsulStorage::StoreRoot(std::string_view value, const std::string& hash, bool* too_large) {
  const std::optional<uint64_t> index = root_ ? std::optional(root_->modify_index) : std::nullopt;
  ASSIGN_OR_RETURN(const ConsulStored stored, client_->Store(place_.path, value, index));
  *too_large = stored.outcome == ConsulStored::Outcome::kTooLarge;
  if (*too_large) return {};
  uint64_t modify_index = stored.modify_index;
  if (stored.outcome == ConsulStored::Outcome::kStale) {
    // A call that was tried again may have been heard the first time.
    ASSIGN_OR_RETURN(const std::optional<ConsulEntry> present, client_->Get(place_.path));
    if (!present || present->value != value)
      return Error(fmt::format(
          "the state in the Consul key {} was changed by another run since this one read it, so nothing was "
          "written over it: see who works on this state without the lock, then run again",
          place_.path));
    modify_index = present->modify_index;
  }
  const std::string old = root_ ? root_->hash : "";
  root_ = Root{.modify_index = modify_index, .hash = hash};
  // The state is safe: what cannot be tidied up lies around without harm.
  if (!old.empty() && old != hash) (void)client_->DeleteTree(ChunkFolder(old));
  return {};
}

Result<void> ConsulStorage::WriteChunks(std::string_view bytes, const std::string& hash) {
  std::string value;
  base::json::Writer writer(&value);
  writer.BeginObject().Key("chunks").BeginArray();
  for (size_t number = 0; !bytes.empty(); ++number) {
    const std::string key = ChunkFolder(hash) + fmt::to_string(number);
    const std::string_view piece = bytes.substr(0, kLargestValue);
    RETURN_IF_ERROR(client_->Put(key, std::string(piece)));
    writer.String(key);
    bytes.remove_prefix(piece.size());
  }
  writer.EndArray().Member("current-hash", hash).EndObject();
  bool too_large = false;
  Result<void> stored = StoreRoot(value, hash, &too_large);
  if (stored.ok() && !too_large) return {};
  if (root_ && root_->hash != hash) {
    const Result<Root> present = ReadRoot();
    if (present.ok() && present->hash != hash) (void)client_->DeleteTree(ChunkFolder(hash));
  }
  if (!stored.ok()) return stored;
  return Error(
      "the state has too many chunks for Consul's limit on a transaction (txn_max_req_len): raise it, use "
      "gzip = true, or split the configuration");
}

Result<void> ConsulStorage::Write(std::string_view text) {
  RETURN_IF_ERROR(lock_.Confirm());
  if (!root_) {
    // Written over on purpose, but its chunks must not stay behind.
    ASSIGN_OR_RETURN(root_, ReadRoot());
  }
  const std::string packed = place_.gzip ? base::archive::Gzip(text) : "";
  const std::string_view bytes = place_.gzip ? std::string_view(packed) : text;
  if (bytes.size() <= kLargestInTransaction) {
    bool too_large = false;
    RETURN_IF_ERROR(StoreRoot(bytes, "", &too_large));
    if (!too_large) return {};
  }
  return WriteChunks(bytes, Md5Hex(text));
}

Result<void> ConsulStorage::Remove() {
  ASSIGN_OR_RETURN(const Root root, ReadRoot());
  RETURN_IF_ERROR(client_->Delete(place_.path));
  root_.reset();
  return root.hash.empty() ? Result<void>() : client_->DeleteTree(ChunkFolder(root.hash));
}

std::string ConsulStorage::Identity() const {
  return fmt::format("consul {} {}", client_->url(), place_.path);
}

std::string ConsulStorage::JournalPath() const {
  return JournalPathFor(place_.journal_directory, "consul", Identity());
}

}  // namespace engine::remote
