#include "engine/remote/retry.h"

#include <algorithm>

#include "base/core/strings.h"

namespace engine::remote {

using base::core::Duration;
using base::core::Result;
using base::net::ClientResponse;

namespace {

constexpr std::chrono::seconds kLongestRetryAfter{300};

Duration PauseBefore(const Result<ClientResponse>& response, Duration wait) {
  if (!response.ok()) return wait;
  const auto seconds = base::core::ParseInt64(response->Header("Retry-After"));
  if (!seconds || *seconds < 0) return wait;
  return std::chrono::seconds(std::min<int64_t>(*seconds, kLongestRetryAfter.count()));
}

}  // namespace

bool IsPassing(int status) { return status == 429 || (status >= 500 && status != 501); }

Result<ClientResponse> CallWithRetries(base::net::HttpClient& client, const base::net::ClientRequest& request,
                                       const RetryPolicy& policy) {
  Duration wait = policy.first_wait;
  for (int64_t attempt = 0;; ++attempt) {
    Result<ClientResponse> response = client.Call(request);
    const bool again = !response.ok() || IsPassing(response->status);
    if (!again || attempt >= policy.retries) return response;
    base::core::RealClock().Sleep(PauseBefore(response, std::min(wait, policy.longest_wait)), {});
    wait = std::min(wait * 2, policy.longest_wait);
  }
}

}  // namespace engine::remote
