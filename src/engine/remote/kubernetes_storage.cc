#include "engine/remote/kubernetes_storage.h"

#include <algorithm>

#include "base/archive/gzip.h"
#include "base/core/strings.h"
#include "engine/remote/kubernetes_objects.h"
#include "engine/remote/storage_support.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Document;
using state::LockConflict;
using state::LockInfo;

constexpr uint64_t kLargestState = uint64_t{1} << 30;
constexpr size_t kLargestSecret = 1048576;  // bytes of data that a server takes
constexpr std::string_view kPartMark = "-part-";

Labels LabelsFor(const SecretPlace& place) {
  // Ours count more: without them the state would not be found again.
  Labels labels = {{"tfstate", "true"},
                   {"tfstateSecretSuffix", place.suffix},
                   {"tfstateWorkspace", place.workspace},
                   {"app.kubernetes.io/managed-by", "terraform"}};
  labels.insert(place.labels.begin(), place.labels.end());
  return labels;
}

std::string PartName(const SecretPlace& place, size_t number) {
  return place.SecretName() + (number == 0 ? "" : fmt::format("{}{}", kPartMark, number));
}

Error Refused(std::string_view doing, const KubernetesAnswer& answer) {
  return Error(fmt::format("{}: {}", doing, answer.message));
}

Error LostRace(const SecretPlace& place) {
  return Error(
      fmt::format("the Secret {} was changed by another run since this one read it, so nothing was written "
                  "over it: see who works on this state without the lock, then run again",
                  place.SecretName()));
}

bool IsDnsName(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  for (std::string_view label : base::core::Split(name, '.')) {
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    for (char c : label)
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return true;
}

struct Part {
  size_t number = 0;
  std::string version, bytes;
};

// The Secrets of one state that a list holds, in order.
Result<std::vector<Part>> PartsOf(base::json::Node list, const SecretPlace& place) {
  std::vector<Part> parts;
  const base::json::Node items = list.Find("items");
  if (!items || !items.IsArray()) return parts;
  for (base::json::Node item : items.Elements()) {
    const std::string name = MetadataText(item, "name");
    const std::string base = place.SecretName();
    size_t number = 0;
    if (name != base) {
      if (!name.starts_with(base + std::string(kPartMark))) continue;
      const auto read = base::core::ParseUint64(name.substr(base.size() + kPartMark.size()));
      if (!read || *read == 0) continue;
      number = *read;
    }
    std::optional<std::string> bytes = StateBytes(item);
    if (bytes)
      parts.push_back({number, MetadataText(item, "resourceVersion"), *std::move(bytes)});
    else if (number == 0)
      parts.push_back({number, MetadataText(item, "resourceVersion"), ""});
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.number < b.number; });
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i].number != i) return Error(fmt::format("the Secret {} is missing", PartName(place, i)));
  return parts;
}

}  // namespace

std::string SecretPlace::ListPath() const {
  return fmt::format("{}?labelSelector=tfstate%3Dtrue%2CtfstateSecretSuffix%3D{}%2CtfstateWorkspace%3D{}",
                     SecretsPath(), suffix, workspace);
}

KubernetesStorage::KubernetesStorage(std::shared_ptr<KubernetesClient> client, SecretPlace place)
    : client_(std::move(client)), place_(std::move(place)) {}

KubernetesStorage::~KubernetesStorage() { (void)Unlock(); }

Result<void> KubernetesStorage::CheckName() const {
  const std::string name = place_.SecretName();
  if (IsDnsName(name)) return {};
  return Error(
      fmt::format("the secret name {} is invalid: the workspace's name and secret_suffix may only hold "
                  "lower-case letters, digits, "
                  "'-' and '.', and end with a letter or digit",
                  name));
}

Result<std::optional<LockConflict>> KubernetesStorage::TryLock(LockInfo* info) {
  RETURN_IF_ERROR(CheckName());
  const std::string path = place_.LeasesPath() + "/" + place_.LeaseName();
  // Between our reading and our writing another may be faster; then what that one wrote tells.
  for (int attempt = 0; attempt < 3; ++attempt) {
    ASSIGN_OR_RETURN(KubernetesAnswer found, client_->Call("GET", path));
    KubernetesAnswer written;
    if (found.status == 404) {
      ASSIGN_OR_RETURN(
          written, client_->Call("POST", place_.LeasesPath(),
                                 NewLease(place_.LeaseName(), LabelsFor(place_), info->id, info->ToJson())));
    } else if (!found.ok()) {
      return Refused("reading the lease", found);
    } else {
      ASSIGN_OR_RETURN(const Document lease, Document::Parse(found.body));
      const std::string holder = HolderOf(lease.root());
      if (holder == info->id) {
        // Heard at the first of two tries.
        lock_id_ = info->id;
        return std::optional<LockConflict>();
      }
      if (!holder.empty())
        return std::optional(LockConflict{"the state is already locked by another client",
                                          LockInfo::FromJson(LockInfoOf(lease.root()))});
      ASSIGN_OR_RETURN(written,
                       client_->Call("PUT", path, WithHolder(lease.root(), info->id, info->ToJson())));
    }
    if (written.ok()) {
      lock_id_ = info->id;
      return std::optional<LockConflict>();
    }
    if (written.status != 409) return Refused("taking the lease", written);
  }
  return std::optional(LockConflict{"the lease " + place_.LeaseName() + " changes hands too fast: try again",
                                    std::nullopt, /*passes=*/true});
}

Result<void> KubernetesStorage::Release(const std::string& id) {
  const std::string path = place_.LeasesPath() + "/" + place_.LeaseName();
  ASSIGN_OR_RETURN(KubernetesAnswer found, client_->Call("GET", path));
  if (!found.ok()) return Refused("reading the lease", found);
  ASSIGN_OR_RETURN(const Document lease, Document::Parse(found.body));
  const std::string holder = HolderOf(lease.root());
  if (holder.empty()) return Error("state is already unlocked");
  if (holder != id)
    return Error(fmt::format("lock id {} does not match existing lock {}", base::core::GoQuote(id),
                             base::core::GoQuote(holder)));
  ASSIGN_OR_RETURN(KubernetesAnswer written, client_->Call("PUT", path, WithHolder(lease.root(), "", "")));
  return written.ok() ? Result<void>() : Result<void>(Refused("releasing the lease", written));
}

Result<void> KubernetesStorage::Unlock() {
  if (lock_id_.empty()) return {};
  return Release(std::exchange(lock_id_, ""));
}

Result<void> KubernetesStorage::ForceUnlock(const std::string& id) {
  RETURN_IF_ERROR(CheckName());
  return Release(id);
}

Result<std::string> KubernetesStorage::Read() {
  RETURN_IF_ERROR(CheckName());
  ASSIGN_OR_RETURN(KubernetesAnswer answer, client_->Call("GET", place_.ListPath()));
  if (!answer.ok()) return Refused("listing the Secrets", answer);
  ASSIGN_OR_RETURN(const Document list, Document::ParseOwned(std::move(answer.body)));
  ASSIGN_OR_RETURN(const std::vector<Part> parts, PartsOf(list.root(), place_));
  version_ = parts.empty() ? "" : parts[0].version;
  std::string bytes;
  for (const Part& part : parts) bytes += part.bytes;
  if (bytes.empty()) return std::string();
  return base::archive::Gunzip(bytes, kLargestState).Wrap("the state in the Secret " + place_.SecretName());
}

// "a-b" of "c" and "a" of "b-c" share a Secret's name: what belongs to the other must not be lost.
Result<void> KubernetesStorage::CheckOwner(base::json::Node secret) const {
  const Labels labels = LabelsOf(secret);
  const auto is = [&](const char* name, const std::string& wanted) {
    const auto found = labels.find(name);
    return found == labels.end() || found->second == wanted;
  };
  if (is("tfstateWorkspace", place_.workspace) && is("tfstateSecretSuffix", place_.suffix)) return {};
  return Error(fmt::format(
      "the Secret {} belongs to the workspace {} with another secret_suffix, which gives the same name: "
      "choose another suffix or name",
      MetadataText(secret, "name"),
      base::core::GoQuote(labels.contains("tfstateWorkspace") ? labels.at("tfstateWorkspace") : "")));
}

Result<std::string> KubernetesStorage::FindOrCreate(const std::string& name) {
  const std::string path = place_.SecretsPath() + "/" + name;
  ASSIGN_OR_RETURN(KubernetesAnswer secret, client_->Call("GET", path));
  if (secret.status == 404) {
    ASSIGN_OR_RETURN(secret, client_->Call("POST", place_.SecretsPath(),
                                           NewSecret(name, place_.namespace_name, LabelsFor(place_))));
    // Another was faster, or our first try was heard.
    if (secret.status == 409) {
      ASSIGN_OR_RETURN(secret, client_->Call("GET", path));
    }
    if (!secret.ok()) return Refused("creating the Secret", secret);
  }
  if (!secret.ok()) return Refused("reading the Secret", secret);
  return std::move(secret.body);
}

Result<void> KubernetesStorage::WritePart(size_t number, std::string_view bytes) {
  const std::string name = PartName(place_, number), path = place_.SecretsPath() + "/" + name;
  ASSIGN_OR_RETURN(const std::string text, FindOrCreate(name));
  ASSIGN_OR_RETURN(const Document secret, Document::Parse(text));
  RETURN_IF_ERROR(CheckOwner(secret.root()));
  // Only the first Secret is watched: it changes with every writing.
  const bool watched = number == 0 && version_.has_value();
  if (watched && version_->empty() && StateBytes(secret.root())) return LostRace(place_);
  const std::optional<std::string> version = watched && !version_->empty() ? version_ : std::nullopt;
  ASSIGN_OR_RETURN(KubernetesAnswer written,
                   client_->Call("PUT", path, WithState(secret.root(), bytes, version)));
  const bool conflict = written.status == 409;
  if (conflict) {
    // A call that was tried again may have been heard the first time.
    ASSIGN_OR_RETURN(written, client_->Call("GET", path));
  }
  if (!written.ok()) return Refused("writing the Secret", written);
  ASSIGN_OR_RETURN(const Document after, Document::Parse(written.body));
  if (conflict && StateBytes(after.root()).value_or("") != bytes) return LostRace(place_);
  if (number == 0) version_ = MetadataText(after.root(), "resourceVersion");
  return {};
}

Result<void> KubernetesStorage::RemoveSurplus(size_t parts) {
  for (;; ++parts) {
    const std::string path = place_.SecretsPath() + "/" + PartName(place_, parts);
    ASSIGN_OR_RETURN(const KubernetesAnswer found, client_->Call("GET", path));
    if (found.status == 404) return {};
    if (!found.ok()) return Refused("reading a Secret that is needed no more", found);
    ASSIGN_OR_RETURN(const Document secret, Document::Parse(found.body));
    RETURN_IF_ERROR(CheckOwner(secret.root()));
    ASSIGN_OR_RETURN(const KubernetesAnswer removed, client_->Call("DELETE", path));
    if (!removed.ok() && removed.status != 404)
      return Refused("removing a Secret that is needed no more", removed);
  }
}

Result<void> KubernetesStorage::Write(std::string_view text) {
  RETURN_IF_ERROR(CheckName());
  const std::string bytes = base::archive::Gzip(text);
  size_t number = 0;
  for (std::string_view left = bytes; !left.empty(); ++number) {
    RETURN_IF_ERROR(WritePart(number, left.substr(0, kLargestSecret)));
    left.remove_prefix(std::min(left.size(), kLargestSecret));
  }
  return RemoveSurplus(number);
}

Result<void> KubernetesStorage::Remove() {
  RETURN_IF_ERROR(CheckName());
  RETURN_IF_ERROR(RemoveSurplus(0));
  ASSIGN_OR_RETURN(const KubernetesAnswer lease,
                   client_->Call("DELETE", place_.LeasesPath() + "/" + place_.LeaseName()));
  version_.reset();
  return lease.ok() || lease.status == 404 ? Result<void>()
                                           : Result<void>(Refused("removing the lease", lease));
}

std::string KubernetesStorage::Identity() const {
  return fmt::format("kubernetes {} {}/{}", client_->server(), place_.namespace_name, place_.SecretName());
}

std::string KubernetesStorage::JournalPath() const {
  return JournalPathFor(place_.journal_directory, "kubernetes", Identity());
}

}  // namespace engine::remote
