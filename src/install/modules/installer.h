// Brings the modules that a configuration calls, and those that these call, into the data folder, and keeps
// modules.json. What a module calls is told by whoever reads configurations. Writes to nobody. Called by init
// and get.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/core/environment.h"
#include "base/diag/diagnostics.h"
#include "install/discovery/services.h"
#include "install/modules/manifest.h"
#include "language/address/module_source.h"

namespace install::modules {

struct Call {
  std::string name;  // the last part of its key
  language::address::ModuleSource source;
  std::string version;           // constraint text; empty: any
  base::diag::Diagnostic place;  // where mistakes about it are shown: subject and snippet, without texts
};

struct InstallEvent {
  enum class Kind {
    kDownloading,  // `package`, and `version` where a registry has it
    kInstalled,    // in `directory`
  };
  Kind kind = Kind::kInstalled;
  std::string key, package, version, directory;
};

struct InstallOptions {
  bool upgrade = false;           // bring all anew, in the newest versions
  std::string modules_directory;  // ".terraform/modules"
  // The calls of the module in a folder, by name; nothing when there is no such module. Mistakes in its files
  // go to the diagnostics. Called from several threads.
  std::function<std::optional<std::vector<Call>>(const std::string& directory, base::diag::Diagnostics&)>
      read_calls;
  std::function<void(const InstallEvent&)> on_event;  // from the calling thread, in the order of the calls
  int downloads = 6;                                  // at once
  std::stop_token stop;
};

// `calls`: of the root module, which lies in the working folder. The manifest is written also after mistakes,
// with what has been installed.
void InstallModules(const std::vector<Call>& calls, discovery::Services& services,
                    const base::core::Environment& environment, const InstallOptions& options,
                    base::diag::Diagnostics& diagnostics);

// A copy of one module in `directory`, without what begins with a dot, and without the modules that it calls.
// Of `options`, only modules_directory (for a while) and stop count.
void CopyModule(const language::address::ModuleSource& source, const std::string& directory,
                discovery::Services& services, const base::core::Environment& environment,
                const InstallOptions& options, base::diag::Diagnostics& diagnostics);

}  // namespace install::modules
