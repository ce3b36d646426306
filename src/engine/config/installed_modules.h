// Where a module that init has fetched lies, or why there is none: never installed, or installed for another
// source or version. Not the installing (install/modules). Used by load.cc and load_tests.cc.
#pragma once

#include <optional>
#include <string>

#include "engine/config/load.h"

namespace engine::config {

// What a call, or a run of a test, asks for.
struct ModuleRequest {
  const language::address::ModuleSource& address;
  const std::string& version;  // constraint text; empty: any
  const Place& place;          // of the block
  const Place& source_place;   // of the source argument
};

// Its folder; nothing after an error. `installed` may be null.
std::optional<std::string> FindInstalled(const InstalledModules* installed, const std::string& key,
                                         const ModuleRequest& request, const FileSource& files,
                                         base::diag::Diagnostics& diagnostics);

// The path of calls that stands for the module of a run: "test.tests.main.setup".
std::string TestModuleKey(std::string_view file, std::string_view run);

}  // namespace engine::config
