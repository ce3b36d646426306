// The dependency lock file (.terraform.lock.hcl) as data: which version of each provider is selected, under
// which constraints, and the hashes that its packages may have. Not the choice (install/providers).
// Read by everything that starts providers; written by init and `providers lock`.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diagnostics.h"
#include "install/lockfile/version.h"
#include "language/address/address.h"

namespace install::lockfile {

inline constexpr std::string_view kLockFileName = ".terraform.lock.hcl";

struct ProviderLock {
  Version version;
  VersionConstraints constraints;
  std::vector<std::string> hashes;  // sorted, without repeats

  void AddHashes(std::span<const std::string> more);
  // Whether both select the same version with the same hashes; constraints are only a note.
  bool SelectsSame(const ProviderLock& other) const {
    return version.ToString() == other.version.ToString() && hashes == other.hashes;
  }
};

using LockFile = std::map<language::address::Provider, ProviderLock>;

// Mistakes go to the diagnostics; what could be read comes back all the same.
LockFile ParseLockFile(std::string name, std::string text, base::diag::Diagnostics& diagnostics);
// The very bytes of the stock program.
std::string FormatLockFile(const LockFile& locks);

// Of the working folder; a missing file is an empty one.
LockFile ReadLockFile(base::diag::Diagnostics& diagnostics);
base::core::Result<void> WriteLockFile(const LockFile& locks);

}  // namespace install::lockfile
