// The part of init that installs providers: requirements, lock file, events as lines of output.
// Not the installing itself (install/providers). Used by init.cc.
#pragma once

#include "base/diag/diagnostics.h"
#include "cli/commands/command.h"

namespace cli::commands {

// By the options -upgrade, -lockfile and -plugin-dir. True when it printed anything, so that what follows
// stands apart.
bool InstallProviders(CommandContext& command, base::diag::Diagnostics& diagnostics);

}  // namespace cli::commands
