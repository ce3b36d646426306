// The lines of what a command has written: they end with a newline, a carriage return, or both.
// Not their making whole (provider/provisioner).
// Used by both views of progress.
#pragma once

#include <functional>
#include <string_view>

namespace cli::view {

// Without their ends. The empty text has no line.
inline void ForEachLine(std::string_view text, const std::function<void(std::string_view)>& line) {
  while (!text.empty()) {
    const size_t end = text.find_first_of("\r\n");
    line(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

}  // namespace cli::view
