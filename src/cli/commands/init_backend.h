// The backend half of init: the block and -backend-config, whether they have changed since the last init, the
// migration of states, and the note of it in the data directory.
// Not the copying (backend_migration.h). Called by init.
#pragma once

#include "cli/commands/command.h"

namespace cli::commands {

// Options of init that belong to it.
#define PARTERRE_BACKEND_OPTIONS                                                                      \
  {"backend", session::OptionKind::kFlag, "", "Prepare the backend. Default: true."},                 \
      {"cloud", session::OptionKind::kFlag, "", "The same as -backend, for the cloud block."},        \
      {"backend-config", session::OptionKind::kList, "path",                                          \
       "Arguments for the backend block: a file of them, or name=value; may be given often."},        \
      {"force-copy", session::OptionKind::kFlag, "", "Copy states to a new backend without asking."}, \
      {"migrate-state", session::OptionKind::kFlag, "",                                               \
       "The backend has changed: take existing states along."},                                       \
      {"reconfigure", session::OptionKind::kFlag, "",                                                 \
       "The backend has changed: use it as it is, and forget the one before."},                       \
      {"ignore-remote-version", session::OptionKind::kFlag, "",                                       \
       "Write states also to workspaces whose runs have another version."}

// Whether these options go together. False after adding errors.
bool CheckBackendOptions(CommandContext& command, base::diag::Diagnostics& diagnostics);

// The configuration has been read. False after errors, which are left to the caller to show.
bool InitBackend(CommandContext& command, base::diag::Diagnostics& diagnostics);

}  // namespace cli::commands
