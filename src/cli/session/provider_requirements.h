// Which providers a run needs and in which versions: what the modules require, and whose objects the state
// holds. Not which are installed (plugins.h). Used by init, `providers` and everything that plans.
#pragma once

#include "base/diag/diagnostics.h"
#include "cli/session/plugins.h"
#include "engine/config/load.h"
#include "engine/state/state.h"
#include "install/providers/installer.h"

namespace cli::session {

// All constraints of all modules, together. Mistakes: constraints that only modules may have ("v1.0").
install::providers::Requirements CollectRequirements(const engine::config::Configuration& configuration,
                                                     const engine::state::State* state,
                                                     base::diag::Diagnostics& diagnostics);

// Whether it comes with the program, and nobody has chosen a plugin instead of it.
bool IsBuiltIn(const language::address::Provider& provider, const Plugins& plugins);

// Before anything is planned: "Inconsistent dependency lock file" where the lock file does not fit the
// configuration, "Required plugins are not installed" where packages are missing or others than were locked.
void CheckPlugins(const engine::config::Configuration& configuration, const Plugins& plugins,
                  base::diag::Diagnostics& diagnostics);

}  // namespace cli::session
