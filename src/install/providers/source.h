// Where packages come from: a folder, a mirror, a registry, or several by the rules of the CLI configuration.
// Not the choice of versions nor the fetching (installer.h).
// Implemented by filesystem_mirror.cc, network_mirror.cc, registry.cc and configured_source.cc.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "install/providers/package.h"
#include "install/settings/settings.h"

namespace install::discovery {
class Services;
}

namespace install::providers {

struct Available {
  std::vector<Version> versions;      // in any order
  std::vector<std::string> warnings;  // of the registry, for people
  bool no_registry = false;           // the provider's host has none
};

class Source {
 public:
  virtual ~Source() = default;
  // Nothing where the source does not know the provider. Errors are for people and name the host or folder.
  virtual base::core::Result<std::optional<Available>> Versions(const Provider& provider,
                                                                std::stop_token stop) = 0;
  // Nothing where the source has the version not, or not for the platform.
  virtual base::core::Result<std::optional<Package>> Find(const Provider& provider, const Version& version,
                                                          const std::string& platform,
                                                          std::stop_token stop) = 0;
  // For messages: "registry.terraform.io", "/usr/share/terraform/plugins".
  virtual std::string ForDisplay(const Provider& provider) const = 0;
};

std::unique_ptr<Source> MakeFilesystemMirror(std::string directory);

// Providers of which a mirror folder holds any version.
std::vector<Provider> ProvidersIn(const std::string& directory);

// By the provider_installation block, or the implied folders and then registries. `services` outlives it.
std::unique_ptr<Source> MakeConfiguredSource(const settings::Settings& settings,
                                             const base::core::Environment& environment,
                                             discovery::Services& services);
// Of -plugin-dir: these folders and nothing else.
std::unique_ptr<Source> MakeFolderSource(const std::vector<std::string>& directories);
// An https base URL that ends in a slash.
std::unique_ptr<Source> MakeNetworkMirror(std::string url, discovery::Services& services);
// The providers' own registries and nothing else.
std::unique_ptr<Source> MakeDirectSource(discovery::Services& services);

}  // namespace install::providers
