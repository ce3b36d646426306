// The backend that a working folder was initialised with: <data dir>/terraform.tfstate, in the reference's
// format. Not a state, in spite of its name. Written by init (cli/commands/init_backend.cc), read by Session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/core/result.h"

namespace cli::session {

struct SavedBackend {
  std::string type;
  std::string arguments;  // JSON object, every argument of the type's schema
  uint64_t hash = 0;      // of the block as the files have it, without -backend-config
};

std::string SavedBackendPath(const std::string& data_directory);
// Nothing when there is no file, or it names no backend.
base::core::Result<std::optional<SavedBackend>> ReadSavedBackend(const std::string& path);
// Nothing: the file then says that there is no backend. Mode 0600: arguments may be secrets.
base::core::Result<void> WriteSavedBackend(const std::string& path, const std::optional<SavedBackend>& saved);

}  // namespace cli::session
