// Which program a provider that is not built in is run by: one that is under development, else the package
// that the lock file selects, once its hash is checked. Not the starting of it (provider_factory.h), not
// installing (install/providers/installer.h). Used by the provider factory and by init.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/diag/diagnostics.h"
#include "engine/config/load.h"
#include "install/lockfile/lock_file.h"
#include "install/settings/settings.h"
#include "provider/plugin/handshake.h"

namespace cli::session {

struct Plugin {
  std::string executable;
  std::string version;                                  // empty: under development
  std::optional<provider::plugin::Handshake> reattach;  // runs already; then there is no executable
};

// Whether TF_REATTACH_PROVIDERS can be read, which every command wants to know first. Errors: what is wrong.
base::core::Result<void> CheckReattach(const base::core::Environment& environment);

class Plugins {
 public:
  // Reads the lock file when first asked. `settings`: of the CLI configuration. `data_directory`: .terraform.
  Plugins(base::core::Environment environment, std::shared_ptr<const install::settings::Settings> settings,
          std::string data_directory);
  ~Plugins();

  // Thread-safe. Errors say what is wrong with the package and that `init` installs it.
  base::core::Result<Plugin> Find(const language::address::Provider& provider) const;

  // Of the lock file as it was when first asked, and what is wrong with it.
  const install::lockfile::LockFile& locks() const;
  const base::diag::Diagnostics& lock_diagnostics() const;
  // Empty where the locked package is installed; else what is wrong, for a line of a list.
  std::string ProblemOf(const language::address::Provider& provider,
                        const install::lockfile::ProviderLock& lock) const;

  const install::settings::Settings& settings() const { return *settings_; }
  // What is wrong with TF_REATTACH_PROVIDERS.
  const base::diag::Diagnostics& reattach_diagnostics() const;
  // Where packages are: .terraform/providers.
  std::string packages_directory() const;
  // Where the schemas of a provider's plugin are remembered; empty without a data directory.
  std::string SchemaCache(const language::address::Provider& provider) const;
  // TF_REATTACH_PROVIDERS names it: neither version nor package is asked for.
  bool IsReattached(const language::address::Provider& provider) const;
  bool IsUnderDevelopment(const language::address::Provider& provider) const;
  // That plugins under development are in use, if any are configured.
  void WarnOfDevelopment(base::diag::Diagnostics& diagnostics) const;
  // The CLI configuration names it by a filesystem or network mirror, a dev override or a direct block of its
  // own: it is a plugin even where one of the same address is built in. So is one that is reattached.
  bool IsChosen(const language::address::Provider& provider) const;

 private:
  struct State;
  State& state() const;
  const base::core::Environment environment_;
  const std::shared_ptr<const install::settings::Settings> settings_;
  const std::string data_directory_;
  std::unique_ptr<State> state_;
};

}  // namespace cli::session
