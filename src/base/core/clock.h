// The time as something that can be handed in: the real clock and one that tests move by hand.
// Also RFC 3339 in UTC. Not for time zones or calendars (language/functions).
// Used by rooms that wait, expire or stamp.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace base::core {

using TimePoint = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() = 0;
  // Never goes back; its zero is arbitrary.
  virtual Duration Monotonic() = 0;
  // False when it was stopped before the time was over.
  virtual bool Sleep(Duration duration, std::stop_token stop = {}) = 0;
};

// The one real clock; immortal.
Clock& RealClock();

// Stands still until told. Sleep advances it and returns at once.
class FakeClock : public Clock {
 public:
  explicit FakeClock(TimePoint now = TimePoint(std::chrono::seconds(1700000000))) : now_(now) {}
  TimePoint Now() override;
  Duration Monotonic() override;
  bool Sleep(Duration duration, std::stop_token stop = {}) override;
  void Advance(Duration duration);
  Duration slept();  // the sum of all sleeps

 private:
  std::mutex mutex_;
  TimePoint now_;
  Duration slept_{0};
};

std::string FormatRfc3339(TimePoint time);       // 2026-11-23T14:55:09Z
std::string FormatRfc3339Nano(TimePoint time);   // 2026-11-23T14:55:09.831577558Z, trailing zeros cut (Go)
std::string FormatRfc3339Milli(TimePoint time);  // 2026-11-23T14:55:09.831Z, always three digits
// Any offset, any number of fraction digits; nothing when malformed.
std::optional<TimePoint> ParseRfc3339(std::string_view text);

}  // namespace base::core
