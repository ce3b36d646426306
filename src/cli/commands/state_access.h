// A workspace's state under its lock, as the command line's options want it.
// Not for runs with a plan (operation.h) nor for those that only look (read_state.h).
// Used by commands that change the state directly, by init, and by operation.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/commands/command.h"
#include "engine/backend/backend.h"
#include "engine/backend/session.h"

namespace cli::commands {

using base::diag::Diagnostics;

#define PARTERRE_LOCK_OPTIONS                                                                     \
  {"lock", session::OptionKind::kFlag, "", "Lock the state while working on it. Default: true."}, \
      {"lock-timeout", session::OptionKind::kText, "0s", "How long to wait for a held lock: 30s, 2m."}
#define PARTERRE_STATE_PATH_OPTIONS                                                          \
  {"state", session::OptionKind::kText, "path", "Read and write the state at this path."},   \
      {"state-out", session::OptionKind::kText, "path", "Write the state to another path."}, \
      {"backup", session::OptionKind::kText, "path",                                         \
       "Where to keep the state before this run; - for nowhere."}

// By -lock and -lock-timeout; null after errors. Says what it has recovered of a run that died.
std::unique_ptr<engine::backend::Session> OpenSession(CommandContext& command,
                                                      engine::backend::Backend& backend,
                                                      const std::string& workspace,
                                                      const std::string& operation, Diagnostics& diagnostics);

// Whether the backend lets this command change the state alone, by -ignore-remote-version.
bool AllowChange(CommandContext& command, engine::backend::Backend& backend, const std::string& workspace,
                 Diagnostics& diagnostics);

// The same by the configuration's backend and the selected workspace; the configuration is read for its
// backend only.
std::unique_ptr<engine::backend::Session> OpenStateForChange(CommandContext& command,
                                                             const std::string& operation,
                                                             Diagnostics& diagnostics);

// The backend for commands that need no more of the configuration; mistakes elsewhere in it do not matter.
std::unique_ptr<engine::backend::Backend> OpenBackendOnly(CommandContext& command,
                                                          engine::backend::LocalOptions paths,
                                                          Diagnostics& diagnostics);

// Paths by -state, -state-out and -backup.
engine::backend::LocalOptions PathOptions(const session::Options& options);

// "30s", "2m", "1h30m" as Go reads durations; nothing when malformed.
std::optional<base::core::Duration> ParseDuration(std::string_view text);

}  // namespace cli::commands
