// Plans in files, and configuration generated for imports: what plan writes and apply reads.
// Used by plan.cc, apply.cc, show.cc.
#pragma once

#include <string>

#include "cli/commands/operation.h"

namespace cli::commands {

// Errors go to the operation's diagnostics.
void SavePlan(CommandContext& command, Operation& operation, const std::string& path);

// True when something was written.
bool WriteGeneratedConfig(const engine::changes::Plan& plan, const std::string& path,
                          Diagnostics& diagnostics);

}  // namespace cli::commands
