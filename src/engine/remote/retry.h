// Trying an HTTP call again after failures that may pass.
// Not the call (base/net), nor what its answer means. Called by the backends that speak HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "base/core/clock.h"
#include "base/core/result.h"
#include "base/net/http_client.h"

namespace engine::remote {

struct RetryPolicy {
  int64_t retries = 2;  // after the first try
  // Doubled after each try.
  base::core::Duration first_wait = std::chrono::seconds(1);
  base::core::Duration longest_wait = std::chrono::seconds(30);
};

// 429 and 5xx, but not 501: a server may answer otherwise the next time.
bool IsPassing(int status);

// The last answer or failure. A Retry-After of the server takes the place of the wait, five minutes at most.
base::core::Result<base::net::ClientResponse> CallWithRetries(base::net::HttpClient& client,
                                                              const base::net::ClientRequest& request,
                                                              const RetryPolicy& policy);

}  // namespace engine::remote
