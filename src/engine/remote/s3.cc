#include "engine/remote/s3.h"

#include <algorithm>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "engine/remote/s3_storage.h"
#include "engine/remote/storage_support.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using state::LockConflict;
using state::LockInfo;

}  // namespace

std::string S3Layout::KeyOf(std::string_view workspace) const {
  if (workspace == backend::kDefaultWorkspace) return key;
  std::string out(workspace);
  if (!workspace_key_prefix.empty()) out = workspace_key_prefix + "/" + out;
  return base::core::CleanPath(out + "/" + key);
}

std::string S3Layout::WorkspaceOf(std::string_view object_key) const {
  const std::string prefix = workspace_key_prefix.empty() ? "" : workspace_key_prefix + "/";
  if (!object_key.starts_with(prefix)) return "";
  const auto parts = base::core::SplitOnce(object_key.substr(prefix.size()), '/');
  return parts && parts->second == key ? std::string(parts->first) : std::string();
}

Result<std::vector<std::string>> S3Backend::Workspaces() {
  const S3Layout& layout = parts_->layout;
  const std::string prefix = layout.workspace_key_prefix.empty() ? "" : layout.workspace_key_prefix + "/";
  ASSIGN_OR_RETURN(const auto keys, parts_->objects->List(prefix));
  std::vector<std::string> names = {std::string(backend::kDefaultWorkspace)};
  if (!keys) {
    // Whoever uses the default workspace alone need not be allowed to list.
    if (layout.workspace_key_prefix == S3Layout().workspace_key_prefix) return names;
    return Error(
        fmt::format("Unable to list objects in S3 bucket {} with prefix {}: access denied. The credentials "
                    "need s3:ListBucket on the bucket.",
                    base::core::GoQuote(layout.bucket), base::core::GoQuote(prefix)));
  }
  for (const std::string& key : *keys)
    if (std::string name = layout.WorkspaceOf(key); !name.empty()) names.push_back(std::move(name));
  std::sort(names.begin() + 1, names.end());
  return names;
}

Result<void> S3Backend::CreateWorkspace(std::string_view name) {
  if (name == backend::kDefaultWorkspace) return {};
  S3Storage storage(parts_, parts_->layout.KeyOf(name));
  LockInfo info = LockInfo::Make("init", base::core::RealClock().Now());
  ASSIGN_OR_RETURN(const std::optional<LockConflict> conflict, storage.TryLock(&info));
  if (conflict)
    return Error(fmt::format("failed to lock s3 state: {}", state::LockConflictDetail(*conflict)));
  ASSIGN_OR_RETURN(const std::string present, storage.Read());
  if (present.empty()) {
    ASSIGN_OR_RETURN(const std::string text, EmptyStateText());
    RETURN_IF_ERROR(storage.Write(text));
  }
  return storage.Unlock();
}

Result<void> S3Backend::DeleteWorkspace(std::string_view name) {
  if (name == backend::kDefaultWorkspace || name.empty()) return Error("can't delete default state");
  return S3Storage(parts_, parts_->layout.KeyOf(name)).Delete();
}

std::unique_ptr<state::StateStorage> S3Backend::Storage(std::string_view workspace) {
  return std::make_unique<S3Storage>(parts_, parts_->layout.KeyOf(workspace));
}

}  // namespace engine::remote
