// Moving the states of all workspaces from one backend to another, with the questions that belong to it.
// Not which backends those are (init_backend.h). Called by init.
#pragma once

#include <optional>
#include <string>

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

// The state of one workspace, when there is one. `to` may be what the answer to a question makes of it: where
// the destination has no "default", its state gets a name. Returns the destination's workspace; nothing after
// errors.
enum class CopyConsent { kAsk, kAskToOverwrite, kGiven };
std::optional<std::string> CopyWorkspace(CommandContext& command, const Migration& migration,
                                         const std::string& from, const std::string& to, CopyConsent consent,
                                         base::diag::Diagnostics& diagnostics);

// yes or no; nothing after errors, such as -input=false.
std::optional<bool> AskToMigrate(CommandContext& command, const std::string& title, const std::string& text,
                                 base::diag::Diagnostics& diagnostics);

// A name for what has been "default". Nothing after errors.
std::optional<std::string> AskForDefaultsName(CommandContext& command, std::string_view destination,
                                              base::diag::Diagnostics& diagnostics);

// Whether any workspace has a state that holds something.
bool HasStates(engine::backend::Backend& backend, base::diag::Diagnostics& diagnostics);

// Empties the local states that have gone to another backend, keeping backups, so that nobody goes on with
// them. Those that the new backend itself uses stay. `only`: the one workspace that has gone; empty: all.
bool EraseMigrated(CommandContext& command, engine::backend::LocalBackend& local,
                   engine::backend::Backend& to, base::diag::Diagnostics& diagnostics,
                   const std::string& only = {});

// That the selected workspace exists in the backend: else another one is selected, by a question where there
// are several. `tags`: of the cloud block, for which the first workspace is made by a question, too.
bool SelectExistingWorkspace(CommandContext& command, engine::backend::Backend& backend,
                             base::diag::Diagnostics& diagnostics, const std::string& tags = {});

}  // namespace cli::commands
