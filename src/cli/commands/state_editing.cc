#include "cli/commands/state_editing.h"

#include "base/core/files.h"
#include "engine/backend/local.h"

namespace cli::commands {

using engine::backend::LocalBackend;
using engine::backend::LocalOptions;

std::unique_ptr<engine::backend::Session> OpenStateForEditing(CommandContext& command,
                                                              const std::string& path,
                                                              const std::string& backup,
                                                              const std::string& operation,
                                                              Diagnostics& diagnostics) {
  const std::string workspace = command.session.Workspace(diagnostics);
  if (diagnostics.HasErrors()) return nullptr;
  LocalOptions paths{.state_override = path, .backup_override = backup == "-" ? "" : backup};
  auto with_time = [&](const std::string& state_path) {
    return engine::backend::TimestampedBackupPath(state_path, base::core::RealClock().Now());
  };
  if (!path.empty()) {
    if (paths.backup_override.empty()) paths.backup_override = with_time(path);
    const auto local =
        command.session.Encrypted(std::make_unique<LocalBackend>(std::move(paths)), diagnostics);
    return local ? OpenSession(command, *local, workspace, operation, diagnostics) : nullptr;
  }
  std::unique_ptr<engine::backend::Backend> backend = OpenBackendOnly(command, paths, diagnostics);
  const auto* local = backend ? dynamic_cast<LocalBackend*>(&backend->Innermost()) : nullptr;
  if (local && paths.backup_override.empty()) {
    // Where the reference puts it: beside the state as it would lie without a backend block.
    std::string beside = LocalBackend(LocalOptions()).Paths(workspace).path;
    if (!base::core::IsDirectory(base::core::DirectoryName(beside))) beside = local->Paths(workspace).path;
    paths.backup_override = with_time(beside);
    backend = command.session.OpenBackend(std::move(paths), diagnostics);
  }
  if (!backend || !AllowChange(command, *backend, workspace, diagnostics)) return nullptr;
  return OpenSession(command, *backend, workspace, operation, diagnostics);
}

bool HasState(CommandContext& command, const engine::state::State& state) {
  if (!state.lineage.empty() || !state.Empty()) return true;
  command.terminal.PrintMistake(
      "No state file was found!\n\nThere is no state in this folder and workspace yet. Apply something "
      "first, or name a state with -state.\n");
  return false;
}

bool SaveEdited(engine::backend::Session& session, engine::state::State state, Diagnostics& diagnostics) {
  base::core::Result<void> saved = session.Begin(std::move(state));
  if (saved.ok()) saved = session.Finish();
  if (!saved.ok())
    diagnostics.Error("Failed to save state", saved.error().message() + "\n\nThe state is as it was before.");
  return saved.ok();
}

}  // namespace cli::commands
