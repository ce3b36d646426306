// ~/.netrc: who one is on which host, for archives over http without a user in their address. Not for git,
// which reads it by itself, nor for registries, which have tokens. Used by the fetcher.
#pragma once

#include <string>
#include <string_view>

#include "base/core/environment.h"

namespace install::modules {

// "login:password" for the host, with its port where the address has one; else that of "default". Secret.
// Empty where there is none.
std::string FindInNetrc(std::string_view text, std::string_view host);

// The same in the file that NETRC names, else ~/.netrc; one that cannot be read has nothing to say.
std::string UserFromNetrc(const base::core::Environment& environment, std::string_view host);

}  // namespace install::modules
