// modules.json from strangers: no crash, and what is read is written so that it reads the same. Pages that
// say where a module is, too.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "install/modules/fetcher.h"
#include "install/modules/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  [[maybe_unused]] const std::string location = install::modules::FindModuleLocation(text);
  const auto manifest = install::modules::ParseManifest(text);
  if (!manifest.ok()) return 0;
  const auto again = install::modules::ParseManifest(install::modules::FormatManifest(*manifest));
  if (!again.ok() || *again != *manifest) std::abort();
  return 0;
}
