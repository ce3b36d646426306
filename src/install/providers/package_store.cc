#include "install/providers/package_store.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/archive/unpack.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "install/lockfile/package_hash.h"

namespace install::providers {
namespace {

using base::core::Error;
using base::core::Result;

// A folder beside the packages, on the same disk, removed at the end whatever is left in it.
class Scratch {
 public:
  static Result<Scratch> In(const std::string& packages_directory) {
    std::string path =
        base::core::JoinPath(packages_directory, ".unpacking-" + base::crypto::RandomAlphanumeric(12));
    RETURN_IF_ERROR(base::core::MakeDirectories(path, 0755));
    return Scratch(std::move(path));
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    if (!path_.empty()) [[maybe_unused]]
      auto removed = base::core::RemoveRecursively(path_);
  }
  const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

bool IsAny(std::span<const std::string> hashes, std::string_view scheme) {
  return std::ranges::any_of(hashes, [&](const std::string& hash) { return hash.starts_with(scheme); });
}

// Whether the archive has one of the hashes; its content is only looked at where that can decide.
Result<bool> ArchiveHasHash(const std::string& archive, std::span<const std::string> hashes) {
  if (IsAny(hashes, "zh:")) {
    ASSIGN_OR_RETURN(const std::string hash, lockfile::HashArchive(archive));
    if (lockfile::Contains(hashes, hash)) return true;
  }
  if (!IsAny(hashes, "h1:")) return false;
  ASSIGN_OR_RETURN(const std::string hash, HashArchiveContent(archive));
  return lockfile::Contains(hashes, hash);
}

Error NotLocked() {
  return Error(
      base::core::Spoken("the package does not match any of the checksums that the dependency lock file has "
                         "for this version. If the lock file was made on another platform, add this one's "
                         "checksums with: parterre providers lock"));
}

Result<void> VerifyArchive(const Package& package, const std::string& archive,
                           std::span<const std::string> allowed) {
  if (!package.sha256.empty()) {
    ASSIGN_OR_RETURN(const std::string digest, lockfile::HashFile(archive));
    if (digest != package.sha256) {
      return Error(fmt::format("archive has incorrect checksum {} (expected {})", digest, package.sha256));
    }
  }
  if (!package.hashes.empty()) {
    ASSIGN_OR_RETURN(const bool matches, ArchiveHasHash(archive, package.hashes));
    if (!matches) return Error("archive matches none of the checksums that its source gives for it");
  }
  if (!allowed.empty()) {
    ASSIGN_OR_RETURN(const bool matches, ArchiveHasHash(archive, allowed));
    if (!matches) return NotLocked();
  }
  return {};
}

// Moves a folder into place over what may be there.
Result<void> Replace(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(base::core::MakeDirectories(base::core::DirectoryName(to), 0755));
  RETURN_IF_ERROR(base::core::RemoveRecursively(to));
  return base::core::RenameFile(from, to);
}

}  // namespace

Result<void> LinkPackage(const std::string& target, const std::string& directory) {
  std::string absolute = target;
  if (!base::core::IsAbsolutePath(target)) {
    ASSIGN_OR_RETURN(const std::string here, base::core::CurrentDirectory());
    absolute = base::core::CleanPath(base::core::JoinPath(here, target));
  }
  RETURN_IF_ERROR(base::core::MakeDirectories(base::core::DirectoryName(directory), 0755));
  RETURN_IF_ERROR(base::core::RemoveRecursively(directory));
  if (symlink(absolute.c_str(), directory.c_str()) != 0) {
    return base::core::ErrnoError("symlink " + directory, errno);
  }
  return {};
}

Result<std::string> HashArchiveContent(const std::string& path) {
  std::vector<lockfile::FileDigest> files;
  std::optional<base::crypto::Hasher> hasher;
  const auto finish = [&] {
    if (hasher) files.back().second = base::core::HexEncode(hasher->Finish());
    hasher.reset();
  };
  RETURN_IF_ERROR(base::archive::ReadArchive(
      path, base::archive::ArchiveKind::kZip,
      {.on_entry = [&](const base::archive::ArchiveEntry& entry) -> Result<void> {
         finish();
         if (entry.type == base::archive::ArchiveEntry::Type::kDirectory) return {};
         ASSIGN_OR_RETURN(std::string safe, base::archive::SafeEntryPath(entry.path));
         files.emplace_back(std::move(safe), "");
         hasher.emplace(base::crypto::Digest::kSha256);
         return {};
       },
       .on_data = [&](std::string_view piece) -> Result<void> {
         hasher->Update(piece);
         return {};
       }}));
  finish();
  return lockfile::HashFiles(std::move(files));
}

Result<std::string> PackageStore::FetchArchive(const Package& package, std::span<const std::string> allowed,
                                               const std::string& scratch, const OnProgress& on_progress,
                                               std::stop_token stop) const {
  std::string archive = package.location;
  if (package.kind == Package::Kind::kUrl) {
    if (downloader_ == nullptr) return Error("packages of the network cannot be had here");
    ASSIGN_OR_RETURN(archive, downloader_->Fetch(package, scratch, on_progress, std::move(stop)));
  }
  if (auto verified = VerifyArchive(package, archive, allowed); !verified.ok()) {
    // What has been kept to go on with after an interruption is no use.
    if (package.kind == Package::Kind::kUrl) RETURN_IF_ERROR(base::core::RemoveFile(archive));
    return std::move(verified.error());
  }
  return archive;
}

Result<std::string> PackageStore::Install(const Package& package, std::span<const std::string> allowed,
                                          const std::string& packages_directory, const std::string& directory,
                                          const OnProgress& on_progress, std::stop_token stop) const {
  if (package.kind == Package::Kind::kDirectory) {
    ASSIGN_OR_RETURN(std::string hash, lockfile::HashDirectory(package.location));
    if (!allowed.empty() && !lockfile::Contains(allowed, hash)) return NotLocked();
    RETURN_IF_ERROR(LinkPackage(package.location, directory));
    return hash;
  }
  ASSIGN_OR_RETURN(const Scratch scratch, Scratch::In(packages_directory));
  ASSIGN_OR_RETURN(const std::string archive,
                   FetchArchive(package, allowed, scratch.path(), on_progress, std::move(stop)));
  const std::string unpacked = base::core::JoinPath(scratch.path(), "package");
  RETURN_IF_ERROR(base::core::MakeDirectories(unpacked, 0755));
  RETURN_IF_ERROR(base::archive::Unpack(archive, base::archive::ArchiveKind::kZip, unpacked)
                      .Wrap("the package's archive cannot be unpacked"));
  if (package.kind == Package::Kind::kUrl) RETURN_IF_ERROR(base::core::RemoveFile(archive));
  ASSIGN_OR_RETURN(std::string hash, lockfile::HashDirectory(unpacked));
  RETURN_IF_ERROR(Replace(unpacked, directory));
  return hash;
}

}  // namespace install::providers
