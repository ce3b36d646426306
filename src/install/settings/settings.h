// The CLI configuration (~/.terraformrc, TF_CLI_CONFIG_FILE, ~/.terraform.d/*.tfrc) as data: how providers
// are installed, credentials of hosts, their services, the plugin cache. Not the configuration of a project.
// Read once a run by cli/session; used by all of install.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/environment.h"
#include "base/diag/diagnostics.h"
#include "install/settings/tree.h"
#include "language/address/address.h"

namespace install::settings {

using language::address::Provider;

// "registry.example.com/*/*", "okta/*": parts that are "*" stand for anything.
struct ProviderPattern {
  std::string host, space, type;
  bool Matches(const Provider& provider) const;
  static std::optional<ProviderPattern> Parse(std::string_view text);
};

struct InstallationMethod {
  enum class Kind { kDirect, kFilesystemMirror, kNetworkMirror };
  Kind kind = Kind::kDirect;
  std::string location;  // folder or URL
  std::vector<ProviderPattern> include, exclude;
  bool Accepts(const Provider& provider) const;
  // Whether a pattern of `include` names this very provider, not one of many.
  bool Names(const Provider& provider) const;
};

// What a `host` block says instead of service discovery: URLs, or objects, by the services' names.
using HostServices = std::map<std::string, Node>;

struct CredentialsHelper {
  std::string name;
  std::vector<std::string> arguments;
};

struct Settings {
  // In the order in which they are asked; nothing without a provider_installation block, which leaves it to
  // the implied folders and the registries.
  std::optional<std::vector<InstallationMethod>> methods;
  std::map<Provider, std::string> dev_overrides;
  std::string plugin_cache_directory;  // empty: none
  bool cache_may_break_lock_file = false;
  std::map<std::string, HostServices> hosts;
  std::map<std::string, std::string> tokens;  // secret
  std::optional<CredentialsHelper> credentials_helper;
  std::string credentials_file;  // where `login` keeps tokens; need not exist
};

// Mistakes have no source ranges: they name file, line and column.
Settings ReadSettings(const base::core::Environment& environment, base::diag::Diagnostics& diagnostics);
// One file's content; `name` serves messages and tells JSON by its end. For ReadSettings and tests.
void ParseSettings(const std::string& name, std::string_view text, const base::core::Environment& environment,
                   Settings* settings, base::diag::Diagnostics& diagnostics);

}  // namespace install::settings
