// Plans in files, and configuration generated for imports: what plan writes and apply reads.
// Not the format of the file (engine/changes/plan_file.h).
// Used by plan.cc, apply.cc, show.cc.
#pragma once

#include <string>

#include "cli/commands/operation.h"

namespace cli::commands {

// Errors go to the operation's diagnostics.
void SavePlan(CommandContext& command, Operation& operation, const std::string& path);

// Why the contents of a plan file do not hold together; nothing when they do (engine/run/check_plan.h).
base::core::Result<void> CheckSavedPlan(const engine::changes::Plan& plan, const view::SchemaLookup& schemas);

// True when something was written.
bool WriteGeneratedConfig(const engine::changes::Plan& plan, const std::string& path,
                          Diagnostics& diagnostics);

}  // namespace cli::commands
