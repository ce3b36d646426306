// The scheduler of all calls of one principal to one org: it lets a call start when its bucket has room and
// the concurrency window is open, and learns both from the answers. Not a retrier (transport.h). Source of
// rules: Okta's rate-limit headers; windows are fixed, 60 s long and not aligned to the clock.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/core/clock.h"
#include "okta/api/bucket.h"

namespace okta::api {

using base::core::Clock;
using base::core::Duration;
using base::core::TimePoint;

// What an answer says about its bucket.
struct RateSample {
  std::optional<int64_t> limit, remaining, reset;  // reset: the org's time, seconds since 1970
  std::optional<int64_t> date;                     // the Date header, seconds since 1970
  bool rejected = false;                           // status 429
};

struct GovernorUsage {
  int64_t calls = 0;  // started
  int64_t waits = 0;  // held back by a rate limit
  Duration waited{0};
};

class Governor {
 public:
  // `share`: percent of each limit that may be used. `max_concurrency` 0: up to 32, found by trying.
  Governor(Clock& clock, int share, int max_concurrency);

  // Blocks until the call may start; false when stopped. Each true must be followed by one Leave.
  bool Enter(Bucket bucket, std::stop_token stop);
  // `sample` null: no answer came.
  void Leave(Bucket bucket, const RateSample* sample);

  GovernorUsage usage() const;
  // Calls per window that we may use; 0 while unknown.
  int64_t Allowance(Bucket bucket) const;
  // Calls that could start now without waiting; Allowance when unknown.
  int64_t Available(Bucket bucket) const;
  // The org's clock minus ours, from the last Date header.
  Duration Skew() const;

 private:
  struct State {
    bool known = false;      // limits were seen
    bool unmetered = false;  // an answer came without limits
    int64_t limit = 0;
    int64_t remaining = 0;    // as last told, or `limit` in a new window
    int64_t reset_epoch = 0;  // of the window that `remaining` belongs to, org time
    TimePoint deadline;       // the same by our clock
    int in_flight = 0;
  };
  enum class Verdict { kGo, kWaitForAnswer, kWaitForReset };

  Verdict Judge(State& state);
  int64_t Reserve(const State& state) const;
  void AdjustWindow(const RateSample& sample);

  Clock& clock_;
  const int share_;
  const int max_window_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::array<State, kBucketCount> states_;
  int window_;
  int in_flight_ = 0;
  int successes_ = 0;
  Duration skew_{0};
  GovernorUsage usage_;
};

}  // namespace okta::api
