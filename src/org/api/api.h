// Api: the org's HTTP interface for programs: Management API, OAuth endpoints, metadata, metrics, test hooks.
// Not the console for people (org/console) and not the server that listens (base/net).
// Called by programs/parterre-org and by tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "base/net/http_server.h"
#include "org/api/hooks.h"
#include "org/api/rate_limits.h"
#include "org/store/store.h"

namespace org::api {

struct ApiOptions {
  RateLimitOptions rate_limits;
  bool test_hooks = false;  // opens /_test/...
};

class Api {
 public:
  // `store` must outlive it.
  static base::core::Result<std::unique_ptr<Api>> Create(store::Store& store, const ApiOptions& options);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // Whether this path is the API's: /api/..., /oauth2/..., /.well-known/..., /metrics, and /_test/... with
  // hooks.
  bool Owns(std::string_view path) const;
  // Safe to call from several threads at once.
  base::net::ServerResponse Handle(base::net::ServerRequest& request);

  TestHooks& hooks();
  // The buckets of the org, or an app's share of them.
  std::vector<BucketState> Buckets(std::string_view client_id = {}) const;
  std::chrono::milliseconds rate_window() const;

 private:
  struct Impl;
  explicit Api(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace org::api
