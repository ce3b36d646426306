// The page that a browser ends on after a login. Not the login, and no page of a host. Used by the command
// login.
#pragma once

#include <string>

namespace cli::view {

// HTML. `problem`: what a stranger says went wrong; empty where all is well.
std::string LoginPage(const std::string& problem);

}  // namespace cli::view
