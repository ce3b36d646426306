// This machine's name in the world of plugins. Not what a lock file or a mirror is asked for, which may be
// several. Called by install/providers and by the search for credentials helpers.
#pragma once

#include <string>

namespace install::settings {

// As Go names it: "linux_amd64".
std::string CurrentPlatform();

}  // namespace install::settings
