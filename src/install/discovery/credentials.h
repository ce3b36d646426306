// Tokens of hosts: environment, CLI configuration, helper program, in that order; and where new ones are
// kept. Secret: never in messages, logs or command lines. Not how they are come by (install/login). Called by
// services.h, by backends that speak to such hosts, and by the commands login and logout.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "install/discovery/credentials_helper.h"
#include "install/settings/settings.h"

namespace install::discovery {

// Hosts are in their normal form (host_name.h): with their port where that is not 443.
class Credentials {
 public:
  Credentials(const settings::Settings& settings, base::core::Environment environment);

  // Nothing where there is none; an error when the helper fails. Thread-safe; a helper is asked once for each
  // host.
  base::core::Result<std::optional<std::string>> TokenFor(const std::string& host,
                                                          std::stop_token stop) const;

  // Where the host's token is, as far as `login` and `logout` are concerned.
  enum class Location {
    kNone,
    kStored,  // in the file where login keeps them
    kManual,  // in a file that people write
    kHelper,  // in the helper, if anywhere: it is not asked
  };
  base::core::Result<Location> LocationOf(const std::string& host) const;
  // The name of the variable that stands above whatever is stored, or "".
  std::string VariableOf(const std::string& host) const;

  std::string helper_name() const { return helper_ ? settings_.credentials_helper->name : ""; }
  // A helper that is configured, but not there: tokens go to the file. Empty where all is well.
  std::string missing_helper() const;
  const std::string& file() const { return settings_.credentials_file; }

  // Whether the file can be written, before a person goes to the trouble of a login.
  base::core::Result<void> CheckFile() const;
  // To the helper, if there is one and the file has no entry of the host, which would stand above it.
  base::core::Result<void> Store(const std::string& host, const std::string& token,
                                 std::stop_token stop) const;
  base::core::Result<void> Forget(const std::string& host, std::stop_token stop) const;

 private:
  struct Given {
    std::string variable, token;
  };
  const settings::Settings& settings_;
  std::map<std::string, Given> from_environment_;
  std::optional<HelperProgram> helper_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::optional<std::string>> from_helper_;
};

}  // namespace install::discovery
