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
#include "cli/session/plugins.h"
#include "engine/backend/backend.h"
#include "engine/backend/local.h"
#include "engine/backend/session.h"
#include "engine/config/load.h"
#include "engine/encryption/encryption.h"
#include "engine/run/context.h"
#include "engine/run/providers.h"
#include "provider/plugin/plugin_host.h"

namespace cli::session {

using base::diag::Diagnostics;

class Session {
 public:
  // The process already stands in the folder that -chdir named; `original_directory` is where it was started.
  // `settings`: of the CLI configuration.
  Session(base::core::Environment environment, std::shared_ptr<const install::settings::Settings> settings,
          std::string original_directory, std::stop_token stop);

  const base::core::Environment& environment() const { return environment_; }
  std::string data_directory() const;  // TF_DATA_DIR or .terraform
  std::stop_token stop() const { return stop_; }

  // Reads the configuration in the working folder. False after errors; the configuration is there all the
  // same.
  // `directory`: of the root module, seen from the working folder.
  bool LoadConfiguration(Diagnostics& diagnostics, const engine::config::LoadOptions& options = {},
                         const std::string& directory = ".");
  const engine::config::Configuration& configuration() const { return *configuration_; }
  bool has_configuration() const { return configuration_ != nullptr; }
  // Another source of files instead of the disk: a saved plan, with kPlannedManifest among them where it has
  // fetched modules.
  void UseFiles(std::unique_ptr<engine::config::FileSource> files) {
    files_ = std::move(files);
    manifest_path_ = kPlannedManifest;
  }
  static constexpr std::string_view kPlannedManifest = ".terraform/modules/modules.json";
  // Modules that init has fetched: as they were recorded when the configuration was read.
  const engine::config::InstalledModules& installed_modules() const { return installed_modules_; }
  const engine::config::FileSource& files() const { return *files_; }

  // Root variables from -var, -var-file, files and the environment; `ask` is called for missing ones and may
  // give text. With allow_unset those that are missing are unknown instead of an error. Values that do not
  // fit their variables are the engine's to report: MakeContext takes them along.
  using Ask = std::function<std::optional<std::string>(const engine::config::Variable&)>;
  std::map<std::string, language::value::Value> Variables(
      const std::vector<engine::config::VariableOption>& options, const Ask& ask, Diagnostics& diagnostics,
      bool allow_unset = false);

  // Root variables of a saved plan; ephemeral ones, which it does not have, come from where Variables has
  // them: exactly those that were given to the plan (`ephemeral`). The plan's files are in use, so files of
  // values are read from the disk all the same.
  std::map<std::string, language::value::Value> PlannedVariables(
      const std::vector<std::pair<std::string, language::value::Value>>& planned,
      const std::vector<std::string>& ephemeral, const std::vector<engine::config::VariableOption>& options,
      Diagnostics& diagnostics);

  // The backend that the folder was initialised with; without a backend block, local files. Null after
  // errors, such as a block that has changed since. The options -state, -state-out and -backup name paths.
  std::unique_ptr<engine::backend::Backend> OpenBackend(const Options& options, Diagnostics& diagnostics);
  std::unique_ptr<engine::backend::Backend> OpenBackend(engine::backend::LocalOptions paths,
                                                        Diagnostics& diagnostics);
  // Another one, of given arguments that have been checked. Null after errors.
  std::unique_ptr<engine::backend::Backend> MakeBackend(std::string_view type,
                                                        const language::value::Value& arguments,
                                                        Diagnostics& diagnostics,
                                                        engine::backend::LocalOptions paths = {});
  std::string Workspace(Diagnostics& diagnostics) const;
  // For backends whose servers want states as documents of `show -json`, too. To be set before they are
  // opened.
  using StateDocument = std::function<std::optional<std::string>(std::string_view state)>;
  void set_state_document(StateDocument document) { state_document_ = std::move(document); }

  // Encryption of states and plans at rest; null when there is none, and after errors. Made at first use,
  // with the variables that are known by then.
  std::shared_ptr<const engine::encryption::Encryption> Encryption(Diagnostics& diagnostics);
  // What was doubtful, once: for commands whose output is read by people.
  Diagnostics TakeEncryptionWarnings();
  // Of this folder's state and its plan files: null likewise.
  engine::state::Sealer* StateSealer(Diagnostics& diagnostics);
  engine::state::Sealer* PlanSealer(Diagnostics& diagnostics);
  // The backend with that around it; null after errors.
  std::unique_ptr<engine::backend::Backend> Encrypted(std::unique_ptr<engine::backend::Backend> backend,
                                                      Diagnostics& diagnostics);
  // The command line's options, of which encryption reads variables where nobody else has read them.
  void UseOptions(const Options& options) { given_options_ = options.given(); }

  engine::run::RunContext MakeContext(std::map<std::string, language::value::Value> variables,
                                      engine::run::Hooks& hooks, int parallelism);
  const engine::run::ProviderFactory& providers() const { return providers_; }
  // What the CLI configuration says and what is installed.
  const Plugins& plugins() const { return *plugins_; }

 private:
  std::map<std::string, language::value::Value> StaticVariables(const engine::config::Module& root) const;

  base::core::Environment environment_;
  const std::string original_directory_;
  std::map<std::string, engine::config::Place> variable_places_;
  engine::config::UnsuitableVariables unsuitable_;
  std::map<std::string, language::value::Value> given_;
  std::vector<std::string> given_ephemeral_;
  const std::stop_token stop_;
  std::unique_ptr<engine::config::FileSource> files_;
  std::string manifest_path_;
  engine::config::InstalledModules installed_modules_;
  std::unique_ptr<engine::config::Configuration> configuration_;
  std::vector<std::pair<std::string, std::string>> given_options_;
  std::optional<std::map<std::string, language::value::Value>> known_variables_;
  Diagnostics encryption_warnings_;
  const std::shared_ptr<std::shared_ptr<const engine::encryption::Encryption>> encryption_ =
      std::make_shared<std::shared_ptr<const engine::encryption::Encryption>>();  // filled in when it is made
  std::shared_ptr<const Plugins> plugins_;
  std::shared_ptr<provider::plugin::PluginHost> plugin_host_;
  engine::run::ProviderFactory providers_;
  StateDocument state_document_;
};

// What functions of the language may read of the real world.
language::functions::Environment MakeFunctions(const base::core::Environment& environment);

}  // namespace cli::session
