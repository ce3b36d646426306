// What init does otherwise where a cloud block says where the state is: options that are refused, its words.
// Not its way through the backends (init_backend.h), which calls this; nor the migration (cloud_migration.h).
#pragma once

#include "cli/commands/command.h"

namespace cli::commands {

// False after errors about options that have no meaning with a cloud block. `changes`: the folder was not
// initialised with this block.
bool CheckCloudOptions(CommandContext& command, bool changes, base::diag::Diagnostics& diagnostics);

// Options that exist twice, by the old name and by the cloud block's.
bool CheckAliases(CommandContext& command, base::diag::Diagnostics& diagnostics);
// Whether init leaves the backend alone.
bool SkipsBackend(const session::Options& options);

// That all went well, and what to do next.
void SayCloudInitialised(CommandContext& command);

}  // namespace cli::commands
