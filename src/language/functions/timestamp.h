// RFC 3339 timestamps with their offset, Go's durations and formatdate's formats.
// Not a clock. Used by datetime.cc and yaml.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/result.h"

namespace language::functions {

// A moment, and the offset from UTC in which it was written.
struct Timestamp {
  int64_t seconds = 0;  // since 1970, UTC
  int64_t nanoseconds = 0;
  int offset_minutes = 0;
};

// Errors in the words that functions show: "not a valid RFC3339 timestamp: ...".
base::core::Result<Timestamp> ParseTimestamp(std::string_view text);
// Without fraction: 2017-11-22T00:00:00+02:00.
std::string FormatTimestamp(const Timestamp& time);

// Go's time.ParseDuration, in nanoseconds.
base::core::Result<int64_t> ParseDuration(std::string_view text);

// The text by a format of letters (YYYY-MM-DD) and quoted literals.
base::core::Result<std::string> FormatDate(std::string_view format, const Timestamp& time);

// A date, or date and time as YAML 1.1 allows it, as RFC 3339; nothing when it is none.
std::optional<std::string> YamlTimestamp(std::string_view text);

}  // namespace language::functions
