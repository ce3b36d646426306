// RunContext: everything that a run is given: configuration, variables, providers, hooks, limits.
// Not the state, which plan and apply take by themselves. Filled by cli/session and by tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "base/core/clock.h"
#include "base/core/result.h"
#include "engine/config/module.h"
#include "engine/run/hooks.h"
#include "language/functions/functions.h"
#include "provider/api/provider.h"

namespace engine::run {

// A new, unconfigured provider; the error says how to get it.
using ProviderFactory = std::function<base::core::Result<std::shared_ptr<provider::api::Provider>>(
    const language::address::Provider&)>;

struct RunContext {
  const config::Configuration* configuration = nullptr;
  std::map<std::string, Value> variables;  // of the root module, final
  ProviderFactory providers;
  Hooks* hooks = nullptr;  // never null
  int parallelism = 10;
  std::stop_token stop;
  language::functions::Environment functions;
  std::string workspace = "default";
  std::string root_directory = ".";  // as path.root shows it
  std::string working_directory;     // path.cwd
};

}  // namespace engine::run
