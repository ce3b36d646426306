// Tokens of hosts: environment, CLI configuration, helper program, in that order. Secret: never in messages,
// logs or command lines. Not their storing (`login`). Called by services.h and by backends that speak to such
// hosts.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "install/settings/settings.h"

namespace install::discovery {

class Credentials {
 public:
  Credentials(const settings::Settings& settings, base::core::Environment environment);

  // `host`: with its port where that is not 443. Nothing where there is none; an error when the helper fails.
  // Thread-safe; a helper is asked once for each host.
  base::core::Result<std::optional<std::string>> TokenFor(const std::string& host,
                                                          std::stop_token stop) const;

 private:
  base::core::Result<std::optional<std::string>> AskHelper(const std::string& host,
                                                           std::stop_token stop) const;

  const settings::Settings& settings_;
  const base::core::Environment environment_;
  std::map<std::string, std::string> from_environment_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::optional<std::string>> from_helper_;
};

}  // namespace install::discovery
