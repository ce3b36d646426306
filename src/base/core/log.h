// The log for those who debug, steered by TF_LOG and TF_LOG_PATH. Off unless asked for.
// Not for messages to the user (cli/view). Secrets never go in.
// Used everywhere: Log(LogLevel::kDebug, "state", "read {} bytes", n).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/core/environment.h"
#include "base/core/result.h"

namespace base::core {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// Whose level counts: ours, or that of what providers say.
enum class LogSource { kCore, kProvider };

// From TF_LOG (TRACE, DEBUG, INFO, WARN, ERROR, OFF, JSON; any case; unknown words mean TRACE, as in
// Terraform), TF_LOG_CORE (where TF_LOG is unset), TF_LOG_PROVIDER (else TF_LOG), and TF_LOG_PATH (appended
// to, 0600), else stderr. Once, at the start of the program.
Result<void> StartLog(const Environment& environment);

bool LogEnabled(LogLevel level, LogSource source = LogSource::kCore);
// One line: time [LEVEL] room: message, or a JSON object. Whole lines, from any thread.
void LogLine(LogLevel level, std::string_view room, std::string_view message);

template <typename... Args>
void Log(LogLevel level, std::string_view room, fmt::format_string<Args...> format, Args&&... args) {
  if (LogEnabled(level)) LogLine(level, room, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace base::core
