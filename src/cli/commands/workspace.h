// What the workspace commands have in common.
// Not the backends' workspaces (engine/backend). Used by workspace_*.cc.
#pragma once

#include "cli/commands/state_access.h"

namespace cli::commands {

// Says on standard error that the name cannot be one, and returns 1.
int RefuseWorkspaceName(CommandContext& command, const std::string& name);
int WorkspaceDoesNotExist(CommandContext& command, const std::string& name, std::string_view before = "");
// Names and codes of TF_WORKSPACE: whether it overrides the selection.
bool IsOverridden(const CommandContext& command);

// The backend's workspaces; nothing after errors. Backends without workspaces are an error.
std::optional<std::vector<std::string>> ListWorkspaces(engine::backend::Backend& backend,
                                                       Diagnostics& diagnostics);

// Makes it, with an empty state, and selects it; says so. False after errors.
bool CreateAndSelect(CommandContext& command, engine::backend::Backend& backend, const std::string& name,
                     Diagnostics& diagnostics);

}  // namespace cli::commands
