// TF_REATTACH_PROVIDERS: plugins that somebody else runs, in a debugger perhaps. Not the plugins that we
// start. Used by cli/session.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/core/result.h"
#include "provider/plugin/handshake.h"

namespace provider::plugin {

// By the provider's source as it is written there. Only plugins of this machine, without TLS, are taken.
base::core::Result<std::map<std::string, Handshake>> ParseReattach(std::string_view json);

}  // namespace provider::plugin
