// .terraform/modules/modules.json: which modules are installed where, read with limits and written byte for
// byte as the stock program writes it. Not the installing (installer.h). Used by the installer and
// cli/session.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/core/result.h"

namespace install::modules {

struct Record {
  std::string source;     // language::address::ModuleSource::ToString; empty for the root
  std::string version;    // of modules of registries; else empty
  std::string directory;  // seen from the working folder
  friend bool operator==(const Record&, const Record&) = default;
};
using Manifest = std::map<std::string, Record, std::less<>>;  // by path of calls: "a.b"; "" is the root

base::core::Result<Manifest> ParseManifest(std::string_view text);
std::string FormatManifest(const Manifest& manifest);

// A missing file is an empty manifest.
base::core::Result<Manifest> ReadManifest(const std::string& path);
base::core::Result<void> WriteManifest(const std::string& path, const Manifest& manifest);

// Where it is: "modules" below the data folder holds the modules, too.
std::string ModulesDirectory(std::string_view data_directory);
std::string ManifestPath(std::string_view data_directory);

}  // namespace install::modules
