#include "base/core/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/core/clock.h"
#include "base/core/files.h"
#include "base/core/strings.h"

namespace base::core {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};

// A log is the process's own by nature; both are set once, before the second thread starts.
std::atomic<LogLevel> log_level{LogLevel::kOff};
std::atomic<int> log_fd{STDERR_FILENO};

LogLevel ParseLevel(std::string_view word) {
  if (word.empty()) return LogLevel::kOff;
  const std::string upper = AsciiUpper(word);
  if (upper == "OFF") return LogLevel::kOff;
  const auto found = std::find(kNames.begin(), kNames.end(), upper);
  return found == kNames.end() ? LogLevel::kTrace : static_cast<LogLevel>(found - kNames.begin());
}

}  // namespace

Result<void> StartLog(const Environment& environment) {
  const LogLevel level = ParseLevel(environment.Get("TF_LOG"));
  const std::string path = environment.Get("TF_LOG_PATH");
  if (level != LogLevel::kOff && !path.empty()) {
    ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(path, O_WRONLY | O_CREAT | O_APPEND, 0600));
    log_fd = fd.Release();
  }
  log_level = level;
  return {};
}

bool LogEnabled(LogLevel level) { return level >= log_level.load(std::memory_order_relaxed); }

void LogLine(LogLevel level, std::string_view room, std::string_view message) {
  const size_t index = std::min(static_cast<size_t>(level), kNames.size() - 1);
  const std::string line = fmt::format("{} {:<7} {}: {}\n", FormatRfc3339Milli(RealClock().Now()),
                                       fmt::format("[{}]", kNames[index]), room, message);
  (void)WriteAll(log_fd, line, "log");
}

}  // namespace base::core
