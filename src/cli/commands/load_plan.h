// Reading a plan file, decrypted where the configuration says so.
// Not the file's format (engine/changes/plan_file.h) nor what is done with the plan (saved_plan.h).
// Used by apply.cc, why.cc, graph_drawing.cc.
#pragma once

#include <optional>
#include <string>

#include "cli/commands/command.h"
#include "engine/changes/plan_file.h"

namespace cli::commands {

using base::diag::Diagnostics;

// The plan in the file, decrypted as the configuration in the folder says. Nothing after adding an error.
std::optional<engine::changes::SavedPlan> LoadPlanFile(CommandContext& command, const std::string& path,
                                                       Diagnostics& diagnostics);

}  // namespace cli::commands
