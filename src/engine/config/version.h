// The version of the language that this program is compatible with, and versions by the names that this room
// uses. What versions and constraints are is the business of language/address. Used by whoever tells the
// version.
#pragma once

#include <string_view>

#include "language/address/version.h"

namespace engine::config {

using language::address::Version;
using language::address::VersionConstraints;

// What required_version tests, and what state and plan files carry.
inline constexpr std::string_view kCompatibilityVersion = "1.11.4";

}  // namespace engine::config
