// The part of apply that destroy shares.
#pragma once

#include "cli/commands/operation.h"

namespace cli::commands {

// Plans (with `destroy`: everything away), shows, asks, applies. Exit code.
int RunApplyWithPlan(CommandContext& command, bool destroy);

}  // namespace cli::commands
