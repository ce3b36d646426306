// What the commands that rewrite a state by hand have in common: state mv, state rm, state replace-provider.
// Not what they change (engine/state). Used by those commands.
#pragma once

#include "cli/commands/state_access.h"

namespace cli::commands {

#define PARTERRE_STATE_EDITING_OPTIONS                                                              \
  {"no-color", session::OptionKind::kFlag, "", "No colours in the output."}, PARTERRE_LOCK_OPTIONS, \
      {"backup", session::OptionKind::kText, "path",                                                \
       "Where to keep the state before this change. Default: beside it, with the time."},           \
      {"state", session::OptionKind::kText, "path", "The state at this path."},                     \
      {"ignore-remote-version", session::OptionKind::kFlag, "", "Accepted for compatibility."}

// The locked state at `path`, or, where that is empty, of the workspace. Its backup cannot be switched off:
// where no path for it is given, it lies beside the state and carries the time. Null after errors.
std::unique_ptr<engine::backend::Session> OpenStateForEditing(CommandContext& command,
                                                              const std::string& path,
                                                              const std::string& backup,
                                                              const std::string& operation,
                                                              Diagnostics& diagnostics);

// Whether there is a state at all; if not, says so on standard error.
bool HasState(CommandContext& command, const engine::state::State& state);

// Saves it. False after adding an error.
bool SaveEdited(engine::backend::Session& session, engine::state::State state, Diagnostics& diagnostics);

}  // namespace cli::commands
