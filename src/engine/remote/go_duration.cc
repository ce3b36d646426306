#include "engine/remote/go_duration.h"

#include <cmath>
#include <cstdint>
#include <utility>

namespace engine::remote {
namespace {

// Longer names first where one begins like another.
constexpr std::pair<std::string_view, double> kUnits[] = {{"ns", 1},        {"us", 1e3},  {"\u00b5s", 1e3},
                                                          {"\u03bcs", 1e3}, {"ms", 1e6},  {"s", 1e9},
                                                          {"m", 60e9},      {"h", 3600e9}};

}  // namespace

std::optional<base::core::Duration> ParseGoDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return base::core::Duration(0);
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double number = 0, scale = 1;
    bool has_digits = false, in_fraction = false;
    while (!text.empty() && ((text[0] >= '0' && text[0] <= '9') || (text[0] == '.' && !in_fraction))) {
      if (text[0] == '.') {
        in_fraction = true;
      } else {
        has_digits = true;
        number = number * 10 + (text[0] - '0');
        if (in_fraction) scale *= 10;
      }
      text.remove_prefix(1);
    }
    if (!has_digits) return std::nullopt;
    bool has_unit = false;
    for (const auto& [name, nanoseconds] : kUnits) {
      if (!text.starts_with(name)) continue;
      total += number / scale * nanoseconds;
      text.remove_prefix(name.size());
      has_unit = true;
      break;
    }
    if (!has_unit) return std::nullopt;
  }
  if (!(total < 9.2e18)) return std::nullopt;
  return base::core::Duration(static_cast<int64_t>(std::llround(negative ? -total : total)));
}

}  // namespace engine::remote
