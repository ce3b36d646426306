// The admin console of the local org: pages for its administrators, rendered here, working without script.
// Not the Management API (org/api), and not the server that listens. Called by programs/parterre-org, which
// passes on requests, and by tests.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/net/http_server.h"
#include "org/store/store.h"

namespace org::console {

// One rate-limit bucket as it stands.
struct BucketUsage {
  std::string name;  // "/api/v1/users"
  int limit = 0;     // calls per window; 0: not limited
  int used = 0;      // in the current window
  std::chrono::seconds window{60};
  std::chrono::seconds until_reset{0};  // 0 when no window is open
};

struct ConsoleOptions {
  // Where clients reach the org, "http://127.0.0.1:8080", as shown to people; empty: by the request's Host.
  std::string url;
  // Host names that requests may carry beside loopback ones: "dev-1.okta.com", "dev-1-admin.okta.com".
  // Others are refused, so that a foreign name that was pointed at 127.0.0.1 cannot read pages.
  std::vector<std::string> host_names;
  bool any_host = false;  // when the org was told to listen on other addresses
  std::chrono::seconds session_lifetime{std::chrono::hours(12)};
  // The org's buckets, and those of one client, as they are enforced; may be empty.
  std::function<std::vector<BucketUsage>()> buckets;
  std::function<std::vector<BucketUsage>(std::string_view client_id)> client_buckets;
};

class Console {
 public:
  // `store` must outlive the console.
  Console(store::Store& store, ConsoleOptions options);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Whether this path is the console's: "/", "/login", "/admin/...", "/report/...", "/assets/...".
  static bool Owns(std::string_view path);
  // Safe to call from several threads at once. Every response carries the security headers.
  base::net::ServerResponse Handle(base::net::ServerRequest& request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace org::console
