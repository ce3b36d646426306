// Brings a package, the part of a module's address that can be fetched, into a folder: repositories,
// archives, folders. Not the choice of versions (registry.h), nor the place where it ends up (installer.h).
// Called by the installer, from several threads.
#pragma once

#include <stop_token>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "install/discovery/services.h"

namespace install::modules {

class PackageFetcher {
 public:
  PackageFetcher(discovery::Services& services, base::core::Environment environment)
      : services_(services), environment_(std::move(environment)) {}

  // `package`: ModuleSource::package. `directory` is not there yet, its parent is; a package that is a folder
  // of this machine becomes a symbolic link. Errors hold no passwords.
  base::core::Result<void> Fetch(const std::string& package, const std::string& directory,
                                 std::stop_token stop) const;

 private:
  base::core::Result<void> Fetch(const std::string& package, const std::string& directory, int hops,
                                 std::stop_token stop) const;
  base::core::Result<void> FetchHttp(std::string url, const std::string& directory, int hops,
                                     std::stop_token stop) const;
  base::core::Result<void> FetchReferred(const std::string& location, const std::string& base,
                                         const std::string& directory, int hops, std::stop_token stop) const;

  discovery::Services& services_;
  const base::core::Environment environment_;
};

// The content of <meta name="terraform-get"> in a page; empty where there is none.
std::string FindModuleLocation(std::string_view page);

// "modules/*" in a package, where exactly one folder fits; without "*" and the like the text itself, if there
// is such a folder.
base::core::Result<std::string> ExpandSubdirectory(const std::string& package_directory,
                                                   const std::string& pattern);

// A copy of a fetched package without what begins with a dot, as the reference makes it.
base::core::Result<void> CopyPackage(const std::string& from, const std::string& to);

}  // namespace install::modules
