// Services and tokens of hosts, for backends: discovery as the CLI configuration steers it.
// Not the discovery itself (install/discovery). Called by Session and by remote_state.cc.
#pragma once

#include <memory>
#include <stop_token>

#include "base/core/environment.h"
#include "cli/session/plugins.h"
#include "engine/remote/backend_type.h"

namespace cli::session {

// Nothing is read or asked before the first use. Copies share what they have learnt.
engine::remote::HostServices MakeHostServices(std::shared_ptr<const Plugins> plugins,
                                              const base::core::Environment& environment,
                                              std::stop_token stop);

}  // namespace cli::session
