// What is installed: packages below the data directory's providers folder (or a cache of the same layout),
// the executable in a package, and whether a package is one that the lock file allows. Not the installing
// (installer.h). Called before providers are started, and by init to see what need not be fetched.
#pragma once

#include <optional>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "install/lockfile/lock_file.h"
#include "install/settings/platform.h"

namespace install::providers {

using language::address::Provider;
using settings::CurrentPlatform;

// $XDG_CACHE_HOME/parterre or ~/.cache/parterre; empty when there is no home.
std::string UserCacheDirectory(const base::core::Environment& environment);

// <root>/HOST/NAMESPACE/TYPE/VERSION/PLATFORM
std::string PackageDirectory(const std::string& root, const Provider& provider,
                             const lockfile::Version& version, const std::string& platform);

// The program of a provider in its package's folder: the first file that is named terraform-provider-TYPE,
// alone or followed by "_" or "." and more.
base::core::Result<std::string> FindExecutable(const std::string& directory, const Provider& provider);

// Hashes of packages, remembered in the user's cache folder by every file's identity, size and times of
// change: hashing hundreds of megabytes takes longer than most plans.
class PackageHashes {
 public:
  explicit PackageHashes(const base::core::Environment& environment);
  // The "h1:" of the folder.
  base::core::Result<std::string> Of(const std::string& directory) const;

 private:
  std::string memory_folder_;  // empty: nothing is remembered
};

// Empty where the package is there and is one of those that the lock allows; else what is wrong, for a line
// of a list: "there is no package for ...".
std::string PackageProblem(const std::string& root, const Provider& provider,
                           const lockfile::ProviderLock& lock, const PackageHashes& hashes);

}  // namespace install::providers
