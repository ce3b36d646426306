// Brings the providers that a configuration requires into the packages folder: chooses versions, fetches,
// verifies, unpacks or links, and says what the lock file must hold. Writes neither the lock file nor to
// people. Called by init; `providers lock` and `providers mirror` use parts of it (package_store.h).
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "install/lockfile/lock_file.h"
#include "install/providers/installed.h"
#include "install/providers/package_store.h"
#include "install/providers/source.h"

namespace install::providers {

using Requirements = std::map<Provider, lockfile::VersionConstraints>;

struct InstallEvent {
  enum class Kind {
    kReusing,         // the version of the lock file
    kFinding,         // `constraints` says among which; empty: any
    kInstalling,      // is being fetched
    kInstalled,       // `authentication` says what proves it
    kUsingInstalled,  // it is there already
    kUsingCache,      // linked from the plugin cache
    kWarning,         // of the registry: `text`
  };
  Kind kind;
  Provider provider;
  std::string version;
  std::string constraints;
  Authentication authentication;
  std::string text;
};

struct InstallOptions {
  bool upgrade = false;  // choose anew, whatever is locked
  std::string packages_directory;
  std::string cache_directory;  // plugin cache; empty: none
  bool cache_may_break_lock_file = false;
  int downloads = 4;  // at once
  // Called from several threads, one at a time.
  std::function<void(const InstallEvent&)> on_event;
  // Bytes of all downloads together; `total` covers those that have said how large they are. Called as
  // on_event.
  std::function<void(uint64_t done, uint64_t total)> on_progress;
  std::stop_token stop;
};

struct InstallResult {
  lockfile::LockFile locks;                  // what the lock file must hold
  std::vector<Provider> only_this_platform;  // no hashes of other platforms' packages are known
};

// Mistakes: "Failed to query available provider packages", "Failed to install provider".
InstallResult InstallProviders(const Requirements& requirements, const lockfile::LockFile& locks,
                               Source& source, const PackageStore& store, const PackageHashes& hashes,
                               const InstallOptions& options, base::diag::Diagnostics& diagnostics);

// The newest version that the constraints admit, or an error that says what there is instead. `no_registry`:
// set where the reason is that the provider's host has no registry.
base::core::Result<Version> ChooseVersion(const Provider& provider,
                                          const lockfile::VersionConstraints& constraints, Source& source,
                                          std::stop_token stop, std::vector<std::string>* warnings,
                                          bool* no_registry = nullptr);

}  // namespace install::providers
