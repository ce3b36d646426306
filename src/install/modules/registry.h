// A client of module registries (modules.v1): which versions there are, and where one's package is; each is
// asked once a run. Not the fetching (fetcher.h). Called by the installer, from several threads.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "install/discovery/services.h"
#include "install/modules/once_map.h"
#include "language/address/module_source.h"
#include "language/address/version.h"

namespace install::modules {

using language::address::ModuleSource;
using language::address::Version;

// A mistake, for a diagnostic.
struct Failure {
  std::string summary, detail;
};

class Registry {
 public:
  explicit Registry(discovery::Services& services) : services_(services) {}

  struct Versions {
    std::vector<Version> usable;
    std::vector<std::string> unusable;  // what is no version
  };
  const std::variant<Versions, Failure>& ListVersions(const ModuleSource& module, std::stop_token stop);

  // Where the package of a version is: a source of kind kRemote, perhaps with a folder inside of it.
  const std::variant<ModuleSource, Failure>& FindPackage(const ModuleSource& module, const Version& version,
                                                         std::stop_token stop);

 private:
  base::core::Result<discovery::Answer> Ask(const ModuleSource& module, const std::string& rest,
                                            std::stop_token stop);
  std::variant<Versions, Failure> AskVersions(const ModuleSource& module, std::stop_token stop);
  std::variant<ModuleSource, Failure> AskPackage(const ModuleSource& module, const std::string& version,
                                                 std::stop_token stop);

  discovery::Services& services_;
  OnceMap<std::variant<Versions, Failure>> versions_;
  OnceMap<std::variant<ModuleSource, Failure>> packages_;
};

// The newest of them that the constraint text admits (empty: any); pre-releases only where it names one
// exactly. Null when there is none.
const Version* ChooseVersion(const std::vector<Version>& versions, const std::string& constraint);

}  // namespace install::modules
