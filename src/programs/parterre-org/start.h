// `parterre-org start` and `stop`: the running org as a process. Not its parts (org/*).
// Both print one line on standard error when they fail. Called by main.cc.
#pragma once

#include "base/core/environment.h"
#include "programs/parterre-org/options.h"

namespace programs::parterre_org {

// Runs until SIGINT or SIGTERM. Exit code: 0, or 1.
int Start(const StartOptions& options, const base::core::Environment& environment);

// Exit code 0 when the org has ended, or none was running; 1 when it could not be ended in time.
int Stop(const StopOptions& options);

}  // namespace programs::parterre_org
