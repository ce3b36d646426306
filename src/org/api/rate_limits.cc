#include "org/api/rate_limits.h"

namespace org::api {
namespace {

// A share of at least one call: a principal that may never call could not even learn why.
int ShareOf(int limit, int percentage) { return std::max(1, limit * percentage / 100); }

}  // namespace

RateLimiter::RateLimiter(RateLimitOptions options) : options_(std::move(options)) {}

int RateLimiter::LimitOf(std::string_view name) const {
  for (const BucketLimit& bucket : options_.buckets)
    if (bucket.name == name) return bucket.limit;
  return 0;
}

// Windows are fixed and not aligned to the clock: one opens with the first call after the last has ended.
RateLimiter::Window& RateLimiter::Open(std::string_view principal, std::string_view bucket, store::Time now) {
  Window& window = windows_[{std::string(principal), std::string(bucket)}];
  if (now >= window.end) window = {.end = now + options_.window};
  return window;
}

RateDecision RateLimiter::Count(std::string_view method, std::string_view path, std::string_view principal,
                                int percentage, store::Time now) {
  RateDecision decision;
  decision.bucket = BucketOf(method, path);
  const int org_limit = LimitOf(decision.bucket);
  if (decision.bucket.empty() || org_limit == 0) return decision;
  std::lock_guard lock(mutex_);
  Window& org = Open("", decision.bucket, now);
  ++org.used;
  Window* tightest = &org;
  decision.limit = org_limit;
  if (!principal.empty()) {
    Window& own = Open(principal, decision.bucket, now);
    ++own.used;
    const int share = ShareOf(org_limit, percentage);
    decision.limit = share;
    // Whoever runs out first decides; the numbers shown are the principal's own otherwise.
    if (org.used <= org_limit || own.used > share) tightest = &own;
  }
  const int limit = tightest == &org ? org_limit : decision.limit;
  decision.allowed = tightest->used <= limit;
  decision.remaining = std::max(0, limit - tightest->used);
  decision.reset = tightest->end;
  if (!decision.allowed && !tightest->violated) {
    tightest->violated = true;
    decision.first_violation = true;
  }
  return decision;
}

bool RateLimiter::Enter() {
  std::lock_guard lock(mutex_);
  if (options_.concurrency > 0 && running_ >= options_.concurrency) return false;
  ++running_;
  return true;
}

void RateLimiter::Leave() {
  std::lock_guard lock(mutex_);
  --running_;
}

std::vector<BucketState> RateLimiter::Snapshot(store::Time now, std::string_view principal,
                                               int percentage) const {
  std::vector<BucketState> states;
  std::lock_guard lock(mutex_);
  for (const BucketLimit& bucket : options_.buckets) {
    BucketState state{.name = bucket.name, .pattern = bucket.pattern, .limit = bucket.limit};
    if (!principal.empty() && bucket.limit > 0) state.limit = ShareOf(bucket.limit, percentage);
    auto found = windows_.find(std::pair(std::string(principal), bucket.name));
    if (found != windows_.end() && now < found->second.end) {
      state.used = found->second.used;
      state.reset = found->second.end;
    }
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace org::api
