// Rate limits: buckets of calls per fixed window, for the org and for each principal's share of it, and the
// limit on calls at the same time.
// Not authentication and not headers (api.cc). Called by api.cc for each call and by the console's pages.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "org/store/types.h"

namespace org::api {

struct BucketLimit {
  std::string name;     // "users": what --rate-limit takes
  std::string pattern;  // "/api/v1/users": what people read
  int limit = 0;        // calls per window; 0: not limited
};

// The table of an edition: "integrator", "one-app", "enterprise", "workforce". Empty for other names.
std::vector<BucketLimit> EditionBuckets(std::string_view edition);

// The bucket that a call counts in; empty for paths that are not limited. `path` without the query.
std::string_view BucketOf(std::string_view method, std::string_view path);

struct RateLimitOptions {
  std::vector<BucketLimit> buckets = EditionBuckets("workforce");
  std::chrono::milliseconds window{60000};
  int concurrency = 75;  // calls at the same time; 0: not limited

  // Changes one bucket, or with the name "all" each of /api/v1. Fails on unknown names.
  base::core::Result<void> SetLimit(std::string_view name, int limit);
  // Multiplies every limit; at least 1 stays.
  void Scale(double factor);
};

// How the call stands in its bucket, after it was counted.
struct RateDecision {
  bool allowed = true;
  bool first_violation = false;  // of this window: worth an event
  std::string_view bucket;
  int limit = 0;  // 0: not limited, no headers
  int remaining = 0;
  store::Time reset;
};

struct BucketState {
  std::string name;
  std::string pattern;
  int limit = 0;
  int used = 0;                      // in the window that is open
  std::optional<store::Time> reset;  // none when no window is open
};

class RateLimiter {
 public:
  explicit RateLimiter(RateLimitOptions options);

  // Counts a call of `principal`, who may use `percentage` of the bucket. Empty principal: the org's limit
  // alone.
  RateDecision Count(std::string_view method, std::string_view path, std::string_view principal,
                     int percentage, store::Time now);

  // A call begins; false when too many run. Each true one is ended by Leave.
  bool Enter();
  void Leave();

  std::chrono::milliseconds window() const { return options_.window; }
  // The org's buckets, or a principal's share of them.
  std::vector<BucketState> Snapshot(store::Time now, std::string_view principal = {},
                                    int percentage = 100) const;

 private:
  struct Window {
    store::Time end;
    int used = 0;
    bool violated = false;
  };
  Window& Open(std::string_view principal, std::string_view bucket, store::Time now);
  int LimitOf(std::string_view bucket) const;

  const RateLimitOptions options_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Window, std::less<>> windows_;  // (principal or "", bucket)
  int running_ = 0;
};

}  // namespace org::api
