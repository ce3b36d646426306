#include "install/providers/installer.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "base/core/thread_pool.h"
#include "install/lockfile/package_hash.h"

namespace install::providers {
namespace {

using base::core::Error;
using base::core::Result;
using Kind = InstallEvent::Kind;

constexpr std::string_view kQueryFailed = "Failed to query available provider packages";
constexpr std::string_view kNoRegistry = "Invalid provider registry host";
constexpr std::string_view kInstallFailed = "Failed to install provider";

// What there is, for people: the newest few.
std::string Newest(std::vector<Version> versions) {
  std::ranges::sort(versions, std::greater<>());
  std::vector<std::string> texts;
  for (const Version& version : versions) {
    if (texts.size() == 5) break;
    texts.push_back(version.ToString());
  }
  return base::core::Join(texts, ", ");
}

class Installation {
 public:
  Installation(const Requirements& requirements, const lockfile::LockFile& locks, Source& source,
               const PackageStore& store, const PackageHashes& hashes, const InstallOptions& options,
               base::diag::Diagnostics& diagnostics)
      : locks_(locks),
        source_(source),
        store_(store),
        hashes_(hashes),
        options_(options),
        diagnostics_(diagnostics) {
    for (const auto& [provider, constraints] : requirements) works_.push_back({provider, &constraints});
  }

  InstallResult Run() {
    for (Work& work : works_) Begin(work);
    ForEach(&Installation::Choose);
    ForEach(&Installation::Bring);
    InstallResult result;
    for (Work& work : works_) {
      if (!work.problem.empty()) diagnostics_.Error(work.summary, work.problem);
      if (work.only_this_platform) result.only_this_platform.push_back(work.provider);
      if (work.lock) result.locks[work.provider] = *std::move(work.lock);
    }
    return result;
  }

 private:
  // A provider on its way.
  struct Work {
    Provider provider;
    const lockfile::VersionConstraints* constraints;
    std::optional<Version> version = {};
    std::optional<lockfile::ProviderLock> lock = {};
    bool only_this_platform = false;
    std::string_view summary = kQueryFailed;
    std::string problem = {};
    uint64_t downloaded = 0, size = 0;  // bytes of its archive, behind mutex_

    void Fail(std::string_view what, std::string why) {
      summary = what;
      problem = std::move(why);
    }
  };

  void ForEach(void (Installation::*step)(Work&)) {
    base::core::ThreadPool pool(options_.downloads);
    for (Work& work : works_) {
      if (work.problem.empty()) pool.Submit([this, step, &work] { (this->*step)(work); });
    }
    pool.Wait();
  }

  void Tell(InstallEvent event) {
    std::lock_guard guard(mutex_);
    if (options_.on_event) options_.on_event(event);
  }

  void Progress(Work& work, uint64_t done, uint64_t total) {
    std::lock_guard guard(mutex_);
    if (!options_.on_progress) return;
    work.downloaded = done;
    work.size = std::max(done, total);
    uint64_t all_done = 0, all = 0;
    for (const Work& each : works_) {
      all_done += each.downloaded;
      all += each.size;
    }
    options_.on_progress(all_done, all);
  }

  const lockfile::ProviderLock* LockOf(const Work& work) const {
    const auto found = locks_.find(work.provider);
    return found == locks_.end() ? nullptr : &found->second;
  }

  // The lock where it is for the chosen version.
  const lockfile::ProviderLock* LockOfVersion(const Work& work) const {
    const lockfile::ProviderLock* lock = LockOf(work);
    return lock != nullptr && lock->version.ToString() == work.version->ToString() ? lock : nullptr;
  }

  void Begin(Work& work) {
    const lockfile::ProviderLock* lock = LockOf(work);
    if (lock == nullptr || options_.upgrade) {
      Tell({.kind = Kind::kFinding, .provider = work.provider, .constraints = work.constraints->ToString()});
      return;
    }
    Tell({.kind = Kind::kReusing, .provider = work.provider});
    if (work.constraints->Allow(lock->version)) {
      work.version = lock->version;
      return;
    }
    work.Fail(
        kQueryFailed,
        fmt::format("Could not retrieve the list of available versions for provider {0}: the lock file "
                    "selects {1}, which does not match the version constraint {2}. To choose anew, run:\n"
                    "  {3} init -upgrade\n\nWhich modules require it is told by:\n  {3} providers",
                    work.provider.ForDisplay(), lock->version.ToString(), work.constraints->ToString(),
                    base::core::ProgramName()));
  }

  void Choose(Work& work) {
    if (work.version) return;
    std::vector<std::string> warnings;
    bool no_registry = false;
    auto version =
        ChooseVersion(work.provider, *work.constraints, source_, options_.stop, &warnings, &no_registry);
    for (std::string& warning : warnings) {
      Tell({.kind = Kind::kWarning, .provider = work.provider, .text = std::move(warning)});
    }
    if (version.ok()) {
      work.version = *std::move(version);
    } else {
      work.Fail(no_registry ? kNoRegistry : kQueryFailed, version.error().message());
    }
  }

  void Bring(Work& work) {
    const lockfile::ProviderLock* lock = LockOfVersion(work);
    const std::string directory =
        PackageDirectory(options_.packages_directory, work.provider, *work.version, CurrentPlatform());
    if (lock != nullptr && HasAllowedHash(directory, *lock)) {
      work.lock = *lock;
      Tell({.kind = Kind::kUsingInstalled, .provider = work.provider, .version = work.version->ToString()});
      return;
    }
    if (options_.cache_directory.empty()) return Fetch(work, lock, directory);
    if (LinkFromCache(work, lock, directory)) return;
    const std::string cached =
        PackageDirectory(options_.cache_directory, work.provider, *work.version, CurrentPlatform());
    Fetch(work, lock, cached);
    if (!work.problem.empty()) return;
    if (auto linked = LinkPackage(cached, directory); !linked.ok()) {
      work.Fail(kInstallFailed, linked.error().message());
    }
  }

  bool HasAllowedHash(const std::string& directory, const lockfile::ProviderLock& lock) const {
    if (lock.hashes.empty() || !base::core::IsDirectory(directory)) return false;
    auto hash = hashes_.Of(directory);
    return hash.ok() && lockfile::Contains(lock.hashes, *hash);
  }

  // What is in the cache counts only as far as the lock file knows its hash: a registry would give more
  // hashes.
  bool LinkFromCache(Work& work, const lockfile::ProviderLock* lock, const std::string& directory) {
    const std::string cached =
        PackageDirectory(options_.cache_directory, work.provider, *work.version, CurrentPlatform());
    if (!base::core::IsDirectory(cached)) return false;
    const bool known = lock != nullptr && HasAllowedHash(cached, *lock);
    const bool tolerated = options_.cache_may_break_lock_file && (lock == nullptr || lock->hashes.empty());
    if (!known && !tolerated) return false;
    Tell({.kind = Kind::kUsingCache, .provider = work.provider, .version = work.version->ToString()});
    auto linked = LinkPackage(cached, directory);
    auto hash = hashes_.Of(cached);
    if (!linked.ok() || !hash.ok()) {
      work.Fail(kInstallFailed, !linked.ok() ? linked.error().message() : hash.error().message());
      return true;
    }
    Lock(work, lock, {*hash}, {});
    return true;
  }

  void Fetch(Work& work, const lockfile::ProviderLock* lock, const std::string& directory) {
    const std::string version = work.version->ToString();
    const std::string name = fmt::format("{} v{}", work.provider.ForDisplay(), version);
    auto package = source_.Find(work.provider, *work.version, CurrentPlatform(), options_.stop);
    if (package.ok() && (!*package || !(*package)->incompatible.empty())) {
      return work.Fail(
          "Incompatible provider version",
          fmt::format("{} cannot be used here: {}.", name,
                      *package ? (*package)->incompatible
                               : fmt::format("{} has no package of it for {}",
                                             source_.ForDisplay(work.provider), CurrentPlatform())));
    }
    Tell({.kind = Kind::kInstalling, .provider = work.provider, .version = version});
    if (!package.ok()) {
      return work.Fail(kInstallFailed,
                       fmt::format("Error while installing {}: {}", name, package.error().message()));
    }
    const std::vector<std::string> allowed = lock != nullptr ? lock->hashes : std::vector<std::string>();
    const std::string& root =
        options_.cache_directory.empty() ? options_.packages_directory : options_.cache_directory;
    const OnProgress progress = [&](uint64_t done, uint64_t total) { Progress(work, done, total); };
    auto hash = store_.Install(**package, allowed, root, directory, progress, options_.stop);
    if (hash.ok()) {
      if (auto program = FindExecutable(directory, work.provider); !program.ok()) hash = program.error();
    }
    if (!hash.ok()) {
      return work.Fail(kInstallFailed,
                       fmt::format("Error while installing {}: {}", name, hash.error().message()));
    }
    Tell({.kind = Kind::kInstalled,
          .provider = work.provider,
          .version = version,
          .authentication = (*package)->authentication});
    Lock(work, lock, {*hash}, (*package)->release_hashes);
  }

  static void Lock(Work& work, const lockfile::ProviderLock* before, const std::vector<std::string>& own,
                   const std::vector<std::string>& released) {
    lockfile::ProviderLock lock{*work.version, *work.constraints, {}};
    if (before != nullptr) lock.hashes = before->hashes;
    work.only_this_platform = lock.hashes.empty() && released.empty();
    lock.AddHashes(own);
    lock.AddHashes(released);
    work.lock = std::move(lock);
  }

  const lockfile::LockFile& locks_;
  Source& source_;
  const PackageStore& store_;
  const PackageHashes& hashes_;
  const InstallOptions& options_;
  base::diag::Diagnostics& diagnostics_;
  std::vector<Work> works_;
  std::mutex mutex_;
};

}  // namespace

Result<Version> ChooseVersion(const Provider& provider, const lockfile::VersionConstraints& constraints,
                              Source& source, std::stop_token stop, std::vector<std::string>* warnings,
                              bool* no_registry) {
  const std::string name = provider.ForDisplay();
  auto available = source.Versions(provider, std::move(stop));
  if (!available.ok()) {
    return Error(fmt::format("Could not retrieve the list of available versions for provider {}: {}", name,
                             available.error().message()));
  }
  if (!*available) {
    return Error(
        fmt::format("Could not retrieve the list of available versions for provider {}: provider {} was "
                    "not found in any of the search locations:\n  - {}",
                    name, name, source.ForDisplay(provider)));
  }
  if ((*available)->no_registry && (*available)->versions.empty()) {
    if (no_registry) *no_registry = true;
    return Error(fmt::format(
        "The host {} of provider {} offers no provider registry. Check the provider's source address, or "
        "take it from a mirror: provider_installation of the CLI configuration says where.",
        provider.host, name));
  }
  *warnings = std::move((*available)->warnings);
  const Version* newest = nullptr;
  for (const Version& version : (*available)->versions) {
    if (constraints.Allow(version) && (newest == nullptr || version > *newest)) newest = &version;
  }
  if (newest != nullptr) return *newest;
  return Error(fmt::format(
      "No version of provider {} at {} matches the version constraint \"{}\". The newest there: {}.", name,
      source.ForDisplay(provider), constraints.ToString(), Newest((*available)->versions)));
}

InstallResult InstallProviders(const Requirements& requirements, const lockfile::LockFile& locks,
                               Source& source, const PackageStore& store, const PackageHashes& hashes,
                               const InstallOptions& options, base::diag::Diagnostics& diagnostics) {
  return Installation(requirements, locks, source, store, hashes, options, diagnostics).Run();
}

}  // namespace install::providers
