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
std::array<std::atomic<LogLevel>, 2> log_levels{LogLevel::kOff, LogLevel::kOff};  // by source
std::atomic<bool> log_json{false};
std::atomic<int> log_fd{STDERR_FILENO};

bool IsLevel(std::string_view word) {
  const std::string upper = AsciiUpper(word);
  return upper == "OFF" || upper == "JSON" || std::ranges::find(kNames, upper) != kNames.end();
}

LogLevel ParseLevel(std::string_view word) {
  if (word.empty()) return LogLevel::kOff;
  const std::string upper = AsciiUpper(word);
  if (upper == "OFF") return LogLevel::kOff;
  const auto found = std::find(kNames.begin(), kNames.end(), upper);
  return found == kNames.end() ? LogLevel::kTrace : static_cast<LogLevel>(found - kNames.begin());
}

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\')
      (*out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      *out += fmt::format("\\u{:04x}", c);
    else
      *out += c;
  }
  *out += '"';
}

std::string JsonLine(std::string_view level, std::string_view room, std::string_view message) {
  std::string line = "{\"@level\":";
  AppendJsonString(AsciiLower(level), &line);
  line += ",\"@message\":";
  AppendJsonString(message, &line);
  line += ",\"@module\":";
  AppendJsonString(room, &line);
  line += ",\"@timestamp\":";
  AppendJsonString(FormatRfc3339Milli(RealClock().Now()), &line);
  return line + "}\n";
}

}  // namespace

Result<void> StartLog(const Environment& environment) {
  const std::string all = environment.Get("TF_LOG"), provider = environment.Get("TF_LOG_PROVIDER");
  const std::string core = all.empty() ? environment.Get("TF_LOG_CORE") : all;
  const LogLevel core_level = ParseLevel(core);
  const LogLevel provider_level = ParseLevel(provider.empty() ? all : provider);
  if (!core.empty() && !IsLevel(core))
    (void)WriteAll(
        STDERR_FILENO,
        fmt::format(
            "[WARN] Invalid log level: \"{}\". Defaulting to level: TRACE. Valid levels are: [{} OFF]\n",
            AsciiUpper(core), fmt::join(kNames, " ")),
        "log");
  const std::string path = environment.Get("TF_LOG_PATH");
  if (std::min(core_level, provider_level) != LogLevel::kOff && !path.empty()) {
    ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(path, O_WRONLY | O_CREAT | O_APPEND, 0600));
    log_fd = fd.Release();
  }
  log_json = AsciiEqualIgnoreCase(core, "JSON");
  log_levels[static_cast<size_t>(LogSource::kCore)] = core_level;
  log_levels[static_cast<size_t>(LogSource::kProvider)] = provider_level;
  return {};
}

bool LogEnabled(LogLevel level, LogSource source) {
  return level >= log_levels[static_cast<size_t>(source)].load(std::memory_order_relaxed);
}

void LogLine(LogLevel level, std::string_view room, std::string_view message) {
  const size_t index = std::min(static_cast<size_t>(level), kNames.size() - 1);
  const std::string line = log_json ? JsonLine(kNames[index], room, message)
                                    : fmt::format("{} {:<7} {}: {}\n", FormatRfc3339Milli(RealClock().Now()),
                                                  fmt::format("[{}]", kNames[index]), room, message);
  (void)WriteAll(log_fd, line, "log");
}

}  // namespace base::core
