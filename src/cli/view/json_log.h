// The lines of the `-json` logs: one JSON object each, keys sorted, with level, message and time.
// Not what is told of progress and plans (json_progress.h, json_plan_log.h), only how a line is made.
// Used by every command that takes -json and tells of a run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diagnostics.h"
#include "cli/view/style.h"

namespace cli::view {

enum class LogLevel : uint8_t { kInfo, kWarn, kError };

class JsonLog {
 public:
  // More of a line than message and type: a key, and its value as compact JSON.
  struct Field {
    std::string_view key;
    std::string json;
  };

  explicit JsonLog(Terminal& terminal) : terminal_(terminal) {}

  // The line that opens every log.
  void Version();
  void Message(std::string_view message);
  void Write(LogLevel level, std::string_view message, std::string_view type, std::vector<Field> fields);
  // In the order in which they came; `fields` go into each line.
  void Diagnostics(const base::diag::Diagnostics& diagnostics, const std::vector<Field>& fields = {});

  // A whole line with its end, for those who print it otherwise.
  static std::string Line(LogLevel level, std::string_view message, std::string_view type,
                          std::vector<Field> fields);

 private:
  Terminal& terminal_;
};

}  // namespace cli::view
