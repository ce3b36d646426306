// How people are named on pages. Not their pages. Called by people.cc, person.cc and group.cc.
#pragma once

#include <string>

#include "org/store/users.h"

namespace org::console {

// "Selasphorus rufous"; the login where both names are missing.
std::string FullName(const store::User& user);

}  // namespace org::console
