// Dependency lock files from strangers: no crash, and what is read without mistakes is written so that it
// reads the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "install/lockfile/lock_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  base::diag::Diagnostics diagnostics;
  const auto locks = install::lockfile::ParseLockFile(
      "lock.hcl", std::string(reinterpret_cast<const char*>(data), size), diagnostics);
  if (!diagnostics.empty()) return 0;
  const std::string text = FormatLockFile(locks);
  if (FormatLockFile(install::lockfile::ParseLockFile("lock.hcl", text, diagnostics)) != text) std::abort();
  return 0;
}
