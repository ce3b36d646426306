// Moving the states of all workspaces from one backend to another, with the questions that belong to it.
// Not which backends those are (init_backend.h). Called by init.
#pragma once

#include "cli/commands/command.h"
#include "engine/backend/backend.h"

namespace cli::commands {

struct Migration {
  std::string from_type, to_type;
  engine::backend::Backend& from;
  engine::backend::Backend& to;
};

// States are read and written under their locks; the source stays as it is. True when there was nothing to
// do, too, and when the user wants to go on without the states. With -force-copy nobody is asked.
bool MigrateStates(CommandContext& command, const Migration& migration, base::diag::Diagnostics& diagnostics);

// Whether any workspace has a state that holds something.
bool HasStates(engine::backend::Backend& backend, base::diag::Diagnostics& diagnostics);

// Empties the local states that have gone to another backend, keeping backups, so that nobody goes on with
// them. Those that the new backend itself uses stay.
bool EraseMigrated(CommandContext& command, engine::backend::LocalBackend& local,
                   engine::backend::Backend& to, base::diag::Diagnostics& diagnostics);

// That the selected workspace exists in the backend: else another one is selected, by a question where there
// are several.
bool SelectExistingWorkspace(CommandContext& command, engine::backend::Backend& backend,
                             base::diag::Diagnostics& diagnostics);

}  // namespace cli::commands
