// Whether the versions that a configuration requires, and those that its lock file holds, are the ones built
// in. The lock file is only read. Used by init and by everything that plans.
#pragma once

#include "base/diag/diagnostics.h"
#include "cli/session/plugins.h"
#include "engine/config/load.h"

namespace cli::session {

// One error for each provider and constraint that the built-in version does not meet; it names both. Nothing
// about those for which the user has chosen a plugin.
void CheckProviderVersions(const engine::config::Configuration& configuration,
                           const engine::config::FileSource& files, const Plugins& plugins,
                           base::diag::Diagnostics& diagnostics);

}  // namespace cli::session
