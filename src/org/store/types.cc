#include "org/store/types.h"

#include "base/core/clock.h"

namespace org::store {

std::string FormatTime(Time time) { return base::core::FormatRfc3339Milli(time); }

std::optional<Time> ParseTime(std::string_view text) {
  std::string full(text);
  if (full.size() == 10) full += "T00:00:00Z";
  auto parsed = base::core::ParseRfc3339(full);
  if (!parsed) return std::nullopt;
  return std::chrono::time_point_cast<std::chrono::milliseconds>(*parsed);
}

}  // namespace org::store
