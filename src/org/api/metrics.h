// Counts and times of calls, in Prometheus' text form.
// Not the System Log. Called by api.cc; read at GET /metrics.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace org::api {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // `endpoint` is the route's pattern ("/api/v1/users/{id}"), or "none".
  void Call(std::string_view method, std::string_view endpoint, int status,
            std::chrono::duration<double> time);
  void RateLimited(std::string_view bucket);

  // parterre_org_requests_total{method,endpoint,status}, parterre_org_request_seconds{endpoint},
  // parterre_org_rate_limited_total{bucket}
  std::string Text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace org::api
