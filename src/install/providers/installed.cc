#include "install/providers/installed.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "install/lockfile/package_hash.h"

namespace install::providers {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFiles = 100'000;
constexpr size_t kHashLength = 3 + 44;  // "h1:" and Base64 of 32 bytes

// Changes whenever a file of the folder does: paths, devices, inodes, sizes, and both times, of which nobody
// can set the second back.
base::core::Result<std::string> Fingerprint(const std::string& directory) {
  std::error_code error;
  const fs::path root = fs::canonical(directory, error);
  if (error) return base::core::Error(directory + ": " + error.message());
  std::vector<std::string> lines{root.string()};
  for (fs::recursive_directory_iterator it(root, error), end; it != end && !error; it.increment(error)) {
    struct stat info;
    if (stat(it->path().c_str(), &info) != 0) return base::core::ErrnoError(it->path().string(), errno);
    if (lines.size() > kMaxFiles) return base::core::Error(directory + " holds too many files");
    lines.push_back(fmt::format("{} {} {} {} {} {}.{} {}.{}", it->path().string(), info.st_mode, info.st_dev,
                                info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
                                info.st_ctim.tv_sec, info.st_ctim.tv_nsec));
  }
  if (error) return base::core::Error(directory + ": " + error.message());
  std::ranges::sort(lines);
  return base::core::HexEncode(base::crypto::Sha256(base::core::Join(lines, "\n")));
}

// Empty when there is nothing of use.
std::string Remembered(const std::string& path) {
  auto text = base::core::ReadFile(path, kHashLength);
  return text.ok() && text->starts_with("h1:") && text->ends_with("=") ? *std::move(text) : std::string();
}

}  // namespace

std::string PackageDirectory(const std::string& root, const Provider& provider,
                             const lockfile::Version& version, const std::string& platform) {
  return fmt::format("{}/{}/{}/{}/{}/{}", root, provider.host, provider.space, provider.type,
                     version.ToString(), platform);
}

base::core::Result<std::string> FindExecutable(const std::string& directory, const Provider& provider) {
  const std::string wanted = "terraform-provider-" + provider.type;
  ASSIGN_OR_RETURN(const std::vector<std::string> names, base::core::ListDirectory(directory));
  for (const std::string& name : names) {
    if (!name.starts_with(wanted)) continue;
    const std::string_view rest = std::string_view(name).substr(wanted.size());
    const std::string path = base::core::JoinPath(directory, name);
    if ((rest.empty() || rest[0] == '_' || rest[0] == '.') && !base::core::IsDirectory(path)) return path;
  }
  return base::core::Error(
      fmt::format("could not find executable file starting with {} in {}", wanted, directory));
}

std::string UserCacheDirectory(const base::core::Environment& environment) {
  std::string cache = environment.Get("XDG_CACHE_HOME");
  if (cache.empty() && !environment.HomeDirectory().empty()) {
    cache = base::core::JoinPath(environment.HomeDirectory(), ".cache");
  }
  return base::core::IsAbsolutePath(cache) ? base::core::JoinPath(cache, "parterre") : "";
}

PackageHashes::PackageHashes(const base::core::Environment& environment) {
  const std::string cache = UserCacheDirectory(environment);
  if (!cache.empty()) memory_folder_ = base::core::JoinPath(cache, "packages");
}

base::core::Result<std::string> PackageHashes::Of(const std::string& directory) const {
  if (memory_folder_.empty()) return lockfile::HashDirectory(directory);
  ASSIGN_OR_RETURN(const std::string fingerprint, Fingerprint(directory));
  const std::string path = base::core::JoinPath(memory_folder_, fingerprint);
  std::string known = Remembered(path);
  if (!known.empty()) return base::core::Result<std::string>(std::move(known));
  ASSIGN_OR_RETURN(std::string hash, lockfile::HashDirectory(directory));
  // A file that was changed while it was read must not be remembered.
  auto after = Fingerprint(directory);
  if (after.ok() && *after == fingerprint && base::core::MakeDirectories(memory_folder_, 0700).ok()) {
    // Only a memory: without it, the next run reads the files again.
    [[maybe_unused]] auto kept = base::core::ReplaceFile(path, hash, 0600);
  }
  return hash;
}

std::string PackageProblem(const std::string& root, const Provider& provider,
                           const lockfile::ProviderLock& lock, const PackageHashes& hashes) {
  const std::string version = lock.version.ToString();
  const std::string directory = PackageDirectory(root, provider, lock.version, CurrentPlatform());
  if (!base::core::IsDirectory(directory)) {
    return fmt::format("there is no package for {} {} cached in {}", provider.ForDisplay(), version, root);
  }
  if (auto executable = FindExecutable(directory, provider); !executable.ok()) {
    return executable.error().message();
  }
  if (lock.hashes.empty()) return {};
  auto hash = hashes.Of(directory);
  if (!hash.ok()) {
    return fmt::format("failed to read package {} {} in {}: {}", provider.ForDisplay(), version, root,
                       hash.error().message());
  }
  if (lockfile::Contains(lock.hashes, *hash)) return {};
  return fmt::format(
      "the cached package for {} {} (in {}) does not match any of the checksums recorded in the dependency "
      "lock file",
      provider.ForDisplay(), version, root);
}

}  // namespace install::providers
