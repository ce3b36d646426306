#include "org/api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace org::api {

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("parterre_org_requests_total")
                                                          .Help("Calls by endpoint and status.")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("parterre_org_request_seconds")
                                                           .Help("Time to answer, by endpoint.")
                                                           .Register(registry);
  prometheus::Family<prometheus::Counter>& limited = prometheus::BuildCounter()
                                                         .Name("parterre_org_rate_limited_total")
                                                         .Help("Calls refused by a rate limit, by bucket.")
                                                         .Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::Call(std::string_view method, std::string_view endpoint, int status,
                   std::chrono::duration<double> time) {
  const std::string name(endpoint);
  impl_->requests
      .Add({{"method", std::string(method)}, {"endpoint", name}, {"status", std::to_string(status)}})
      .Increment();
  impl_->seconds
      .Add({{"endpoint", name}}, prometheus::Histogram::BucketBoundaries{0.001, 0.005, 0.02, 0.1, 0.5, 2})
      .Observe(time.count());
}

void Metrics::RateLimited(std::string_view bucket) {
  impl_->limited.Add({{"bucket", std::string(bucket)}}).Increment();
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace org::api
