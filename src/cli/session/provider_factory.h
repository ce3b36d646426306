// Which providers there are, and how one is made: built into the program, by source address.
// Others are plugins (plugins.h). Used by Session and by `version` and `init`, which name what is built in.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/core/environment.h"
#include "cli/session/plugins.h"
#include "engine/encryption/encryption.h"
#include "engine/remote/backend_type.h"
#include "engine/run/context.h"
#include "provider/plugin/plugin_host.h"

namespace cli::session {

struct BuiltInProvider {
  std::string_view source;   // "registry.terraform.io/okta/okta"
  std::string_view version;  // which published version it stands for; empty: has none
  bool shown = true;         // named by init and version
};
std::span<const BuiltInProvider> BuiltInProviders();

// Filled in by the session before any state is read; empty where nothing is encrypted.
using EncryptionSlot = std::shared_ptr<std::shared_ptr<const engine::encryption::Encryption>>;
engine::run::ProviderFactory MakeProviderFactory(const base::core::Environment& environment,
                                                 std::shared_ptr<const Plugins> plugins,
                                                 std::shared_ptr<provider::plugin::PluginHost> host,
                                                 engine::remote::HostServices services,
                                                 EncryptionSlot encryption);

}  // namespace cli::session
