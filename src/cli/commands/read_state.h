// Reading the state without a lock, for commands that only look.
// Not for runs that will write it (operation.h).
// Used by output.cc, show.cc, state_list.cc, state_show.cc.
#pragma once

#include <optional>

#include "cli/commands/command.h"
#include "engine/backend/session.h"

namespace cli::commands {

using base::diag::Diagnostics;

// The state of the selected workspace, a dead run's journal laid over it. Nothing after errors.
std::optional<engine::backend::Snapshot> ReadState(CommandContext& command, Diagnostics& diagnostics);

// Its outputs alone, which may be had where the state may not be read.
std::optional<engine::state::StateOutputs> ReadOutputs(CommandContext& command, Diagnostics& diagnostics);

// The state that a file of its own holds (a backup, errored.tfstate, what `state pull` gave): plain, or
// encrypted as the states of this folder are.
base::core::Result<engine::state::State> ParseStateFile(CommandContext& command, std::string text);

}  // namespace cli::commands
