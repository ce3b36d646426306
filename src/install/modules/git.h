// Clones repositories with the git program, so that people's keys, helpers and proxies count; it never asks.
// Not the choice of what to clone (fetcher.h). Called by the fetcher.
#pragma once

#include <stop_token>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"

namespace install::modules {

// `url` with ?ref= (a branch, tag or commit), ?depth= and ?sshkey= into `directory`, which is not there yet.
// Secrets of the URL reach git through its environment only, as far as git allows that.
base::core::Result<void> CloneRepository(const std::string& url, const std::string& directory,
                                         const base::core::Environment& environment, std::stop_token stop);

}  // namespace install::modules
