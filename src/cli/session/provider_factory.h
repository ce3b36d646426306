// Which providers there are, and how one is made: built into the program, by source address.
// Plugins join here later. Used by Session and by `version` and `init`, which name what is built in.
#pragma once

#include <span>
#include <string_view>

#include "base/core/environment.h"
#include "engine/run/context.h"

namespace cli::session {

struct BuiltInProvider {
  std::string_view source;   // "registry.terraform.io/okta/okta"
  std::string_view version;  // which published version it stands for; empty: has none
  bool shown = true;         // named by init and version
};
std::span<const BuiltInProvider> BuiltInProviders();

engine::run::ProviderFactory MakeProviderFactory(const base::core::Environment& environment);

}  // namespace cli::session
