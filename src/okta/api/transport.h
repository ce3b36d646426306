// One HTTP call to the org with all that patience may achieve: its turn in the governor, retries of what may
// be repeated, waits for limits and locks. Not authentication (token.h) nor JSON (client.h). Used by token.cc
// and client.cc of this room only.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <variant>

#include "base/net/http_client.h"
#include "okta/api/error.h"
#include "okta/api/governor.h"
#include "okta/api/settings.h"

namespace okta::api {

class Transport {
 public:
  Transport(const Settings& settings, Clock& clock);

  // Makes the request anew for each attempt (proofs and assertions are for single use). Must do no I/O.
  using Build = std::function<std::variant<base::net::ClientRequest, ApiError>()>;

  // Any answer of the org, also refusals, or an ApiError when none came. `repeatable`: the call may be made
  // twice without harm, so broken connections and 5xx are retried; others only where the org cannot have
  // acted. 429 waits for the reset named by the org and does not count as a retry.
  std::variant<base::net::ClientResponse, ApiError> Send(Bucket bucket, bool repeatable, const Build& build,
                                                         std::stop_token stop);

  Governor& governor() { return governor_; }
  const Governor& governor() const { return governor_; }
  Clock& clock() { return clock_; }

 private:
  Duration Backoff(int attempt) const;

  const bool backoff_;
  const Duration min_wait_, max_wait_;
  const int max_retries_;
  Clock& clock_;
  Governor governor_;
  base::net::HttpClient http_;
  std::mutex mutex_;
  std::optional<ApiError> given_up_;  // the org cannot be reached
  TimePoint given_up_until_;
};

// Seconds since 1970 of an HTTP date ("Sun, 06 Nov 1994 08:49:37 GMT"); nothing when malformed.
std::optional<int64_t> ParseHttpDate(std::string_view text);

}  // namespace okta::api
