// States as documents of `show -json` for backends whose servers show states to people (engine/remote).
// Not the document (cli/json). Called by RunProgram for the session's backends.
#pragma once

#include "cli/session/session.h"

namespace cli::commands {

// The session must outlive it. Nothing is read before the first use, which may start plugins for their
// schemas.
session::Session::StateDocument MakeStateDocument(const session::Session& session);

}  // namespace cli::commands
