// Session: what one run of the program has: folder, environment, data directory, workspace, backend,
// providers, signals. Puts together what the engine is given. Not a command, not output. Used by
// cli/commands.
#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/diag/diagnostics.h"
#include "cli/session/options.h"
#include "engine/backend/backend.h"
#include "engine/backend/session.h"
#include "engine/config/load.h"
#include "engine/run/context.h"
#include "engine/run/providers.h"

namespace cli::session {

using base::diag::Diagnostics;

class Session {
 public:
  // The process already stands in the folder that -chdir named; `original_directory` is where it was started.
  Session(base::core::Environment environment, std::string original_directory, std::stop_token stop);

  const base::core::Environment& environment() const { return environment_; }
  std::string data_directory() const;  // TF_DATA_DIR or .terraform
  std::stop_token stop() const { return stop_; }

  // Reads the configuration in the working folder. False after errors; the configuration is there all the
  // same.
  bool LoadConfiguration(Diagnostics& diagnostics);
  const engine::config::Configuration& configuration() const { return *configuration_; }
  // Another source of files instead of the disk: a saved plan.
  void UseFiles(std::unique_ptr<engine::config::FileSource> files) { files_ = std::move(files); }
  const engine::config::FileSource& files() const { return *files_; }

  // Root variables from -var, -var-file, files and the environment; `ask` is called for missing ones and may
  // give text.
  using Ask = std::function<std::optional<std::string>(const engine::config::Variable&)>;
  std::map<std::string, language::value::Value> Variables(
      const std::vector<engine::config::VariableOption>& options, const Ask& ask, Diagnostics& diagnostics);

  // Root variables of a saved plan; ephemeral ones, which it does not have, come from where Variables has
  // them. The plan's files are in use, so files of values are read from the disk all the same.
  std::map<std::string, language::value::Value> PlannedVariables(
      const std::vector<std::pair<std::string, language::value::Value>>& planned,
      const std::vector<engine::config::VariableOption>& options, Diagnostics& diagnostics);

  // By the configuration's backend block (local, or none). Null after errors.
  std::unique_ptr<engine::backend::Backend> OpenBackend(const Options& options, Diagnostics& diagnostics);
  std::string Workspace(Diagnostics& diagnostics) const;

  engine::run::RunContext MakeContext(std::map<std::string, language::value::Value> variables,
                                      engine::run::Hooks& hooks, int parallelism);
  const engine::run::ProviderFactory& providers() const { return providers_; }

 private:
  base::core::Environment environment_;
  const std::string original_directory_;
  const std::stop_token stop_;
  std::unique_ptr<engine::config::FileSource> files_;
  std::unique_ptr<engine::config::Configuration> configuration_;
  engine::run::ProviderFactory providers_;
};

// What functions of the language may read of the real world.
language::functions::Environment MakeFunctions(const base::core::Environment& environment);

}  // namespace cli::session
