// What a host tells about a new token: whose it is, and a message of the day. Called by the command login.
#pragma once

#include <stop_token>
#include <string>

#include "base/core/result.h"
#include "install/discovery/services.h"

namespace install::login {

// The user's name, by account/details below the service tfe.v2. Errors: "unauthorized", or what happened.
base::core::Result<std::string> UserOf(discovery::Services& services, const std::string& tfe_url,
                                       const std::string& token, std::stop_token stop);

// The text of motd.v1; empty where there is none, or it cannot be had: nothing depends on it.
std::string MessageOfTheDay(discovery::Services& services, const std::string& host, const std::string& token,
                            std::stop_token stop);

}  // namespace install::login
