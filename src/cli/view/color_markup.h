// The colour markup in which hosts write messages for people: "[bold]Hello[reset]". Not our own colours
// (style.h). Used by the command login.
#pragma once

#include <string>
#include <string_view>

#include "cli/view/style.h"

namespace cli::view {

// Known words in brackets become escapes, or nothing without colours; everything else stays. The text must be
// free of escapes of its own.
std::string ExpandColors(std::string_view text, const Style& style);

}  // namespace cli::view
