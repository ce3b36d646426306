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
#include "engine/config/load.h"
#include "engine/config/module.h"
#include "engine/run/hooks.h"
#include "language/eval/evaluate.h"
#include "language/functions/functions.h"
#include "provider/api/provider.h"
#include "provider/api/provisioner.h"

namespace engine::run {

// A new, unconfigured provider; the error says how to get it.
using ProviderFactory = std::function<base::core::Result<std::shared_ptr<provider::api::Provider>>(
    const language::address::Provider&)>;

// What a run of a test puts around providers and modules (engine/test).
class Substitutes {
 public:
  virtual ~Substitutes() = default;
  // A provider for the configuration that asks `real` for what is neither mocked nor overridden.
  virtual std::shared_ptr<provider::api::Provider> Around(
      const language::address::ProviderConfig& config,
      std::shared_ptr<provider::api::Provider> real) const = 0;
  // The object that stands for the module's outputs; nothing inside of the module is looked at. Null: none.
  virtual const Value* OutputsOf(const language::address::ModuleInstance& module) const = 0;
  // The names in provider blocks of test files.
  virtual const language::eval::Scope& provider_scope() const = 0;
};

// The provisioner of a type; the error says what to do without it.
using ProvisionerFactory =
    std::function<base::core::Result<std::shared_ptr<const provider::api::Provisioner>>(const std::string&)>;

struct RunContext {
  const config::Configuration* configuration = nullptr;
  std::map<std::string, Value> variables;    // of the root module, final
  std::map<std::string, Value> given;        // those that somebody gave, before conversion; for documents
  std::vector<std::string> given_ephemeral;  // ephemeral ones that somebody gave a value, by name
  config::UnsuitableVariables unsuitable;    // why some of them fail; their values are unknown
  std::map<std::string, config::Place> variable_places;  // where files give them values
  ProviderFactory providers;
  Hooks* hooks = nullptr;  // never null
  int parallelism = 10;
  std::stop_token stop;
  language::functions::Environment functions;
  std::string workspace = "default";
  std::string root_directory = ".";          // as path.root shows it
  std::string working_directory;             // path.cwd
  const Substitutes* substitutes = nullptr;  // of a test; else null
  ProvisionerFactory provisioners;           // may be empty: there are none
};

}  // namespace engine::run
