#include "provider/plugin/plugin_log.h"

#include <array>

#include "base/core/strings.h"
#include "base/json/reader.h"

namespace provider::plugin {

using base::core::LogLevel;

namespace {

constexpr size_t kMaxLine = 64 << 10;
constexpr size_t kLastWords = 10;
constexpr size_t kPanicWords = 40;
constexpr size_t kMaxShownLine = 500;

constexpr std::array<std::pair<std::string_view, LogLevel>, 5> kLevels = {{{"trace", LogLevel::kTrace},
                                                                           {"debug", LogLevel::kDebug},
                                                                           {"info", LogLevel::kInfo},
                                                                           {"warn", LogLevel::kWarn},
                                                                           {"error", LogLevel::kError}}};

LogLevel LevelOf(std::string_view word) {
  for (const auto& [name, level] : kLevels)
    if (base::core::AsciiEqualIgnoreCase(name, word)) return level;
  return LogLevel::kDebug;
}

// {"@level":"info","@message":"text","@timestamp":"...","key":"value"}
std::optional<LogEntry> ParseJsonLine(std::string_view line) {
  if (!line.starts_with('{')) return std::nullopt;
  auto document = base::json::Document::Parse(line, nullptr, {.max_depth = 50});
  if (!document || !document->root().IsObject()) return std::nullopt;
  base::json::Node root = document->root();
  LogEntry entry{.level = LevelOf(root.FindString("@level").value_or("")),
                 .text = root.FindString("@message").value_or("")};
  if (auto module = root.FindString("@module")) entry.text = *module + ": " + entry.text;
  std::string_view separator = ": ";
  for (base::json::Member member : root.Members()) {
    std::string key = member.key();
    if (key == "@level" || key == "@message" || key == "@module") continue;
    entry.text.append(separator).append(key.starts_with('@') ? key.substr(1) : key).append("=");
    entry.text += member.value.raw();
    separator = " ";
  }
  return entry;
}

bool BeginsPanic(std::string_view line) {
  return line.starts_with("panic: ") || line.starts_with("fatal error: ");
}

}  // namespace

LogEntry ParseLogLine(std::string_view line) {
  if (auto entry = ParseJsonLine(line)) return *entry;
  if (line.starts_with('[')) {
    size_t end = line.find(']');
    for (const auto& [name, level] : kLevels)
      if (end != std::string_view::npos && base::core::AsciiEqualIgnoreCase(line.substr(1, end - 1), name))
        return {level, std::string(base::core::TrimLeft(line.substr(end + 1)))};
  }
  return {BeginsPanic(line) ? LogLevel::kError : LogLevel::kDebug, std::string(line)};
}

void PluginLog::Add(std::string_view piece) {
  std::lock_guard lock(mutex_);
  while (!piece.empty()) {
    size_t end = piece.find('\n');
    partial_ += piece.substr(0, end);
    if (end == std::string_view::npos && partial_.size() < kMaxLine) return;
    AddLine(base::core::TrimRight(partial_));
    partial_.clear();
    piece.remove_prefix(end == std::string_view::npos ? piece.size() : end + 1);
  }
}

void PluginLog::AddLine(std::string_view line) {
  if (BeginsPanic(line) && !panicking_) {
    panicking_ = true;
    last_.clear();
  }
  // Log lines tell what it did, not why it died; parsing them costs, so it is done only when they are wanted.
  if (panicking_ ? last_.size() < kPanicWords : !line.starts_with('{') && !line.empty()) {
    last_.emplace_back(line.substr(0, kMaxShownLine));
    if (!panicking_ && last_.size() > kLastWords) last_.pop_front();
  }
  constexpr auto kProvider = base::core::LogSource::kProvider;
  if (!base::core::LogEnabled(LogLevel::kError, kProvider)) return;
  LogEntry entry = ParseLogLine(line);
  if (panicking_) entry.level = LogLevel::kError;
  if (base::core::LogEnabled(entry.level, kProvider)) base::core::LogLine(entry.level, room_, entry.text);
}

std::string PluginLog::LastWords() const {
  std::lock_guard lock(mutex_);
  std::string words;
  for (const std::string& line : last_) words += line + "\n";
  words += partial_.substr(0, kMaxShownLine);
  return std::string(base::core::TrimRight(words));
}

}  // namespace provider::plugin
