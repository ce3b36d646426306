// Test hooks: the org holds back the answers of chosen calls, after they have taken effect, until it is told
// to let them go. So a client can be killed between the effect of a request and its answer. Not for
// production; off unless the program was started with --test-hooks. Called by api.cc.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "base/net/http_server.h"

namespace org::api {

class TestHooks {
 public:
  // "POST /api/v1/users" or "PUT /api/v1/groups/*/users/*": a star stands for one segment, "*" alone as the
  // method for any. Holds the next `count` matching answers; 0: all of them.
  base::core::Result<void> Hold(std::string_view pattern, int count);
  // Lets held answers go, and forgets all patterns.
  void Release();
  // As Release, and nothing is held from now on. Before the server stops.
  void Close();

  // Waits while an answer to this call is to be held.
  void BeforeAnswer(const base::net::ServerRequest& request);
  int held() const;

  // POST /_test/hold {"pattern", "count"}, POST /_test/release, GET /_test/held -> {"held"}.
  base::net::ServerResponse Handle(const base::net::ServerRequest& request);

 private:
  struct Pattern {
    std::string method;
    std::vector<std::string> segments;
    int left = 0;
    bool all = false;
  };
  bool Take(const base::net::ServerRequest& request);

  mutable std::mutex mutex_;
  std::condition_variable released_;
  std::vector<Pattern> patterns_;
  uint64_t generation_ = 0;  // grows with each release
  int held_ = 0;
  bool closed_ = false;
};

}  // namespace org::api
