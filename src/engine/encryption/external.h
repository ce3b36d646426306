// One exchange with an external program in OpenTofu's protocol: it says who it is, reads a JSON value and
// answers with one. Not what these values mean. Called by key_source.cc and method.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"

namespace engine::encryption {

inline constexpr std::string_view kKeyProviderMagic = "OpenTofu-External-Key-Provider";
inline constexpr std::string_view kMethodMagic = "OpenTofu-External-Encryption-Method";

// Runs `command`, whose first line must be a header with this magic and version 1, with `input` on its
// standard input; what follows the header. A minute at most. Errors quote what it wrote to stderr, never
// the input nor the answer.
base::core::Result<std::string> RunExternal(const std::vector<std::string>& command, std::string_view magic,
                                            std::string input);

}  // namespace engine::encryption
