#include "base/core/clock.h"

#include <cstdio>

#include <fmt/format.h>

#include "base/core/strings.h"

namespace base::core {
namespace {

class SystemClock : public Clock {
 public:
  TimePoint Now() override { return std::chrono::system_clock::now(); }
  Duration Monotonic() override { return std::chrono::steady_clock::now().time_since_epoch(); }
  bool Sleep(Duration duration, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
  }
};

struct Civil {
  int year;
  unsigned month, day;
  int64_t hour, minute, second, nanosecond;
};

Civil ToCivil(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const int64_t rest = (time - day).count();
  const int64_t seconds = rest / 1'000'000'000;
  return {int(date.year()),  unsigned(date.month()), unsigned(date.day()), seconds / 3600,
          seconds / 60 % 60, seconds % 60,           rest % 1'000'000'000};
}

std::string Prefix(const Civil& c) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute,
                     c.second);
}

// Takes exactly `count` digits.
bool TakeDigits(std::string_view* text, int count, int64_t* number) {
  if (text->size() < static_cast<size_t>(count)) return false;
  *number = 0;
  for (int i = 0; i < count; ++i) {
    const char c = (*text)[static_cast<size_t>(i)];
    if (c < '0' || c > '9') return false;
    *number = *number * 10 + (c - '0');
  }
  text->remove_prefix(static_cast<size_t>(count));
  return true;
}

bool Take(std::string_view* text, char c) {
  if (!text->starts_with(c)) return false;
  text->remove_prefix(1);
  return true;
}

}  // namespace

Clock& RealClock() {
  static SystemClock clock;
  return clock;
}

TimePoint FakeClock::Now() {
  std::lock_guard lock(mutex_);
  return now_;
}

Duration FakeClock::Monotonic() { return Now().time_since_epoch(); }

bool FakeClock::Sleep(Duration duration, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  std::lock_guard lock(mutex_);
  now_ += duration;
  slept_ += duration;
  return true;
}

void FakeClock::Advance(Duration duration) {
  std::lock_guard lock(mutex_);
  now_ += duration;
}

Duration FakeClock::slept() {
  std::lock_guard lock(mutex_);
  return slept_;
}

std::string FormatRfc3339(TimePoint time) { return Prefix(ToCivil(time)) + "Z"; }

std::string FormatRfc3339Nano(TimePoint time) {
  const Civil civil = ToCivil(time);
  if (civil.nanosecond == 0) return Prefix(civil) + "Z";
  std::string fraction = fmt::format("{:09}", civil.nanosecond);
  fraction.resize(fraction.find_last_not_of('0') + 1);
  return Prefix(civil) + "." + fraction + "Z";
}

std::string FormatRfc3339Milli(TimePoint time) {
  const Civil civil = ToCivil(time);
  return Prefix(civil) + fmt::format(".{:03}Z", civil.nanosecond / 1'000'000);
}

std::optional<TimePoint> ParseRfc3339(std::string_view text) {
  int64_t year, month, day, hour, minute, second;
  const bool parsed =
      TakeDigits(&text, 4, &year) && Take(&text, '-') && TakeDigits(&text, 2, &month) && Take(&text, '-') &&
      TakeDigits(&text, 2, &day) && (Take(&text, 'T') || Take(&text, 't')) && TakeDigits(&text, 2, &hour) &&
      Take(&text, ':') && TakeDigits(&text, 2, &minute) && Take(&text, ':') && TakeDigits(&text, 2, &second);
  if (!parsed || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  int64_t nanoseconds = 0;
  if (Take(&text, '.')) {
    int64_t scale = 100'000'000;
    size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, scale /= 10) {
      nanoseconds += (text[digits] - '0') * scale;
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
  }
  int64_t offset_minutes = 0;
  if (!Take(&text, 'Z') && !Take(&text, 'z')) {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const bool west = text[0] == '-';
    text.remove_prefix(1);
    int64_t hours, minutes;
    if (!TakeDigits(&text, 2, &hours) || !Take(&text, ':') || !TakeDigits(&text, 2, &minutes))
      return std::nullopt;
    if (hours > 23 || minutes > 59) return std::nullopt;
    offset_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
  }
  if (!text.empty()) return std::nullopt;
  // Nanoseconds since 1970 only reach from 1678 to 2261.
  if (year < 1678 || year > 2261) return std::nullopt;
  return TimePoint(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                   std::chrono::minutes(minute - offset_minutes) + std::chrono::seconds(second) +
                   std::chrono::nanoseconds(nanoseconds));
}

}  // namespace base::core
