// Whether the versions that a configuration requires, and those that its lock file holds, are the ones built
// in. The lock file is only read. Used by init and by everything that plans.
#pragma once

#include "base/diag/diagnostics.h"
#include "engine/config/load.h"

namespace cli::session {

// One error for each provider and constraint that the built-in version does not meet; it names both.
void CheckProviderVersions(const engine::config::Configuration& configuration,
                           const engine::config::FileSource& files, base::diag::Diagnostics& diagnostics);

}  // namespace cli::session
