// The Okta provider behind the provider interface: one object per provider configuration.
// Not the calls (okta/api) nor the resources' rules (this room's other files). Made by cli/session and the
// plugin.
#pragma once

#include <memory>
#include <string_view>

#include "base/core/environment.h"
#include "okta/api/client.h"
#include "provider/api/provider.h"

namespace okta::resources {

// The version of okta/okta whose schemas these are.
inline constexpr std::string_view kOktaProviderVersion = "6.12.0";

// `connections` is shared by all configurations of a run, so that those with the same org and principal share
// one token and one rate budget. The environment gives OKTA_*, proxies and CAs.
std::unique_ptr<provider::api::Provider> MakeOktaProvider(base::core::Environment environment,
                                                          std::shared_ptr<api::Connections> connections);

}  // namespace okta::resources
