#include "cli/view/json_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/core/clock.h"
#include "base/diag/order.h"
#include "base/json/writer.h"
#include "cli/view/diagnostics_view.h"
#include "engine/state/writer.h"

namespace cli::view {
namespace {

constexpr std::string_view kLogVersion = "1.2";

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

// Local time with microseconds: 2026-11-29T02:21:32.259366Z, or with +01:00 in the place of Z.
std::string Now() {
  const auto now = base::core::RealClock().Now();
  const time_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  std::tm local{};
  localtime_r(&seconds, &local);
  std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}", local, micros % 1'000'000);
  const long offset = local.tm_gmtoff / 60;
  if (offset == 0) return text + "Z";
  return text +
         fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
}

}  // namespace

std::string JsonLog::Line(LogLevel level, std::string_view message, std::string_view type,
                          std::vector<Field> fields) {
  fields.push_back({"@level", base::json::Quote(LevelName(level))});
  fields.push_back({"@message", base::json::Quote(message)});
  fields.push_back({"@module", "\"terraform.ui\""});
  fields.push_back({"@timestamp", "\"" + Now() + "\""});
  fields.push_back({"type", base::json::Quote(type)});
  std::ranges::sort(fields, {}, &Field::key);
  std::string line = "{";
  for (const Field& field : fields) {
    if (line.size() > 1) line += ',';
    base::json::AppendString(field.key, &line);
    line += ':';
    line += field.json;
  }
  return line + "}\n";
}

void JsonLog::Write(LogLevel level, std::string_view message, std::string_view type,
                    std::vector<Field> fields) {
  terminal_.Print(Line(level, message, type, std::move(fields)));
}

void JsonLog::Version() {
  Write(LogLevel::kInfo, fmt::format("Terraform {}", engine::state::kWriterVersion), "version",
        {{"terraform", base::json::Quote(engine::state::kWriterVersion)},
         {"ui", base::json::Quote(kLogVersion)}});
}

void JsonLog::Message(std::string_view message) { Write(LogLevel::kInfo, message, "log", {}); }

void JsonLog::Diagnostics(const base::diag::Diagnostics& diagnostics, const std::vector<Field>& fields) {
  for (const base::diag::Diagnostic& diagnostic : base::diag::SortedByPlace(diagnostics)) {
    const bool error = diagnostic.severity == base::diag::Severity::kError;
    std::vector<Field> all = fields;
    all.push_back({"diagnostic", DiagnosticJson(diagnostic)});
    Write(error ? LogLevel::kError : LogLevel::kWarn, (error ? "Error: " : "Warning: ") + diagnostic.summary,
          "diagnostic", std::move(all));
  }
}

}  // namespace cli::view
