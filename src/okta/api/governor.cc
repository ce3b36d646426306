#include "okta/api/governor.h"

#include "base/core/log.h"

namespace okta::api {
namespace {

using std::chrono::seconds;

constexpr int kFirstWindow = 10;
constexpr int kMaxWindow = 32;  // below the 35 that the smallest current orgs allow
constexpr int kSuccessesToGrow = 16;
constexpr auto kWindowLength = seconds(60);
// Against a wrong clock or a made-up reset.
constexpr auto kLongestWait = seconds(300);

}  // namespace

Governor::Governor(Clock& clock, int share, int max_concurrency)
    : clock_(clock),
      share_(share),
      max_window_(max_concurrency > 0 ? max_concurrency : kMaxWindow),
      window_(std::min(kFirstWindow, max_window_)) {}

int64_t Governor::Reserve(const State& state) const { return state.limit - state.limit * share_ / 100; }

Governor::Verdict Governor::Judge(State& state) {
  if (in_flight_ >= window_) return Verdict::kWaitForAnswer;
  if (state.unmetered) return Verdict::kGo;
  // The first call of a bucket goes alone: its answer says how many may follow.
  if (!state.known) return state.in_flight == 0 ? Verdict::kGo : Verdict::kWaitForAnswer;
  if (clock_.Now() >= state.deadline) {
    state.remaining = state.limit;
    state.deadline = clock_.Now() + kWindowLength;
  }
  // With a share so small that it rounds to nothing one call per window must still go.
  int64_t budget =
      std::max<int64_t>(state.remaining - Reserve(state), state.remaining == state.limit ? 1 : 0);
  if (budget <= 0) return Verdict::kWaitForReset;
  return budget > state.in_flight ? Verdict::kGo : Verdict::kWaitForAnswer;
}

bool Governor::Enter(Bucket bucket, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  State& state = states_[static_cast<size_t>(bucket)];
  bool held_back = false;
  while (true) {
    if (stop.stop_requested()) return false;
    Verdict verdict = Judge(state);
    if (verdict == Verdict::kGo) break;
    if (verdict == Verdict::kWaitForAnswer) {
      changed_.wait(lock, stop, [&] { return Judge(state) != Verdict::kWaitForAnswer; });
      continue;
    }
    if (!std::exchange(held_back, true)) ++usage_.waits;
    Duration wait = std::min<Duration>(state.deadline - clock_.Now(), kLongestWait);
    base::core::Log(base::core::LogLevel::kInfo, "okta", "rate limit of {} is used up, waiting {} s",
                    BucketName(bucket), std::chrono::ceil<seconds>(wait).count());
    lock.unlock();
    TimePoint before = clock_.Now();
    bool finished = clock_.Sleep(wait, stop);
    Duration slept = clock_.Now() - before;
    lock.lock();
    usage_.waited += slept;
    if (!finished) return false;
  }
  ++state.in_flight;
  ++in_flight_;
  ++usage_.calls;
  return true;
}

void Governor::AdjustWindow(const RateSample& sample) {
  // A concurrency rejection shows a limit of 0 (facts of Okta); then half as many at once, else slowly more.
  if (sample.rejected && sample.limit == 0) {
    window_ = std::max(1, window_ / 2);
    successes_ = 0;
  } else if (!sample.rejected && ++successes_ >= kSuccessesToGrow && window_ < max_window_) {
    ++window_;
    successes_ = 0;
  }
}

void Governor::Leave(Bucket bucket, const RateSample* sample) {
  std::lock_guard lock(mutex_);
  State& state = states_[static_cast<size_t>(bucket)];
  --state.in_flight;
  --in_flight_;
  if (sample != nullptr) {
    TimePoint now = clock_.Now();
    if (sample->date) skew_ = TimePoint(seconds(*sample->date)) - now;
    AdjustWindow(*sample);
    bool concurrency = sample->rejected && sample->limit == 0;
    if (sample->limit && sample->remaining && sample->reset && !concurrency) {
      bool new_window = !state.known || *sample->reset > state.reset_epoch;
      // Answers overtake each other; one of an older window says nothing about this one.
      if (new_window || *sample->reset == state.reset_epoch) {
        state.remaining = new_window ? *sample->remaining : std::min(state.remaining, *sample->remaining);
        state.limit = *sample->limit;
        state.reset_epoch = *sample->reset;
        // Date and reset are whole seconds of one clock; ours may be wrong by minutes. One second more, since
        // both are cut off.
        Duration until =
            sample->date ? seconds(*sample->reset - *sample->date) : TimePoint(seconds(*sample->reset)) - now;
        state.deadline = now + std::clamp<Duration>(until + seconds(1), seconds(0), kLongestWait);
      }
      if (sample->rejected) state.remaining = 0;
      state.known = true;
      state.unmetered = false;
    } else if (!state.known && !sample->rejected) {
      state.unmetered = true;
    }
  }
  changed_.notify_all();
}

GovernorUsage Governor::usage() const {
  std::lock_guard lock(mutex_);
  return usage_;
}

int64_t Governor::Allowance(Bucket bucket) const {
  std::lock_guard lock(mutex_);
  const State& state = states_[static_cast<size_t>(bucket)];
  return state.known ? std::max<int64_t>(1, state.limit - Reserve(state)) : 0;
}

int64_t Governor::Available(Bucket bucket) const {
  std::lock_guard lock(mutex_);
  const State& state = states_[static_cast<size_t>(bucket)];
  int64_t remaining = clock_.Now() >= state.deadline ? state.limit : state.remaining;
  return std::max<int64_t>(0, remaining - Reserve(state) - state.in_flight);
}

Duration Governor::Skew() const {
  std::lock_guard lock(mutex_);
  return skew_;
}

}  // namespace okta::api
