// The backend "local": state files in the working folder, workspaces in terraform.tfstate.d.
// Not the file's locking and saving (engine/state/state_file.h). Used by cli/session; it is also the backend
// when none is configured.
#pragma once

#include "base/core/clock.h"
#include "engine/backend/backend.h"
#include "engine/state/state.h"
#include "engine/state/state_file.h"

namespace engine::backend {

struct LocalOptions {
  std::string path = "terraform.tfstate";             // of the default workspace
  std::string workspace_dir = "terraform.tfstate.d";  // of the others
  // The command line's -state, -state-out and -backup ("-": no backup); empty: not given.
  std::string state_override;
  std::string state_out_override;
  std::string backup_override;
};

class LocalBackend : public Backend {
 public:
  explicit LocalBackend(LocalOptions options) : options_(std::move(options)) {}
  std::string_view type() const override { return "local"; }
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;

  state::StateFilePaths Paths(std::string_view workspace) const;

 private:
  const LocalOptions options_;
};

// terraform.tfstate.<unix seconds>.backup: where `state mv` and its kin keep the state before them.
std::string TimestampedBackupPath(std::string_view state_path, base::core::TimePoint now);

// The selected workspace: TF_WORKSPACE's value where it is not empty, else the file <data dir>/environment,
// else "default".
base::core::Result<std::string> SelectedWorkspace(std::string_view tf_workspace,
                                                  const std::string& data_directory);
base::core::Result<void> SelectWorkspace(std::string_view name, const std::string& data_directory);

// Writes a state that could not be saved to `path` (errored.tfstate), mode 0600. `sealer` may be null.
base::core::Result<void> WriteErroredState(const state::State& state, const std::string& path,
                                           state::Sealer* sealer = nullptr);

}  // namespace engine::backend
