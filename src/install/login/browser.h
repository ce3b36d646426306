// A person's browser: BROWSER, else what desktops have. Not a check that the page was seen. Called by the
// command login.
#pragma once

#include <string>
#include <vector>

#include "base/core/environment.h"

namespace install::login {

// Command lines to try, in order. BROWSER: commands separated by colons, their words by spaces, with %s for
// the address, which else comes last.
std::vector<std::vector<std::string>> BrowserCommands(const std::string& url,
                                                      const base::core::Environment& environment);

// Starts the first one that does not fail at once. It outlives us, and does not get the tokens (TF_TOKEN_)
// of our environment. False where there is none.
bool OpenInBrowser(const std::string& url, const base::core::Environment& environment);

}  // namespace install::login
