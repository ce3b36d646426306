// Durations as Go writes and reads them: "1h30m", "1.5s". Not the language's time functions
// (language/functions). Called by backends whose arguments are such durations.
#pragma once

#include <optional>
#include <string_view>

#include "base/core/clock.h"

namespace engine::remote {

// Nothing when malformed or longer than 292 years.
std::optional<base::core::Duration> ParseGoDuration(std::string_view text);

}  // namespace engine::remote
