// What a plugin writes on its stderr: lines that go into our log at the level that they name, and the last
// words that tell why it died. Not its diagnostics. Used by PluginProcess.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "base/core/log.h"

namespace provider::plugin {

// Level and text of one line: JSON as HashiCorp's logger writes it, or a text with [LEVEL] in front.
struct LogEntry {
  base::core::LogLevel level = base::core::LogLevel::kDebug;
  std::string text;
};
LogEntry ParseLogLine(std::string_view line);

class PluginLog {
 public:
  explicit PluginLog(std::string name) : room_("provider." + std::move(name)) {}

  // Pieces of the stream, as they come.
  void Add(std::string_view piece);
  // What it said at last: from a Go panic on, else the last lines that are no log. Empty: nothing.
  std::string LastWords() const;

 private:
  void AddLine(std::string_view line);

  const std::string room_;
  mutable std::mutex mutex_;
  std::string partial_;
  std::deque<std::string> last_;
  bool panicking_ = false;
};

}  // namespace provider::plugin
