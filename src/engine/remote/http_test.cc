// The http backend against a server of our own that keeps one state, as the protocol says.
#include "engine/remote/http.h"

#include <gtest/gtest.h>

#include <mutex>

#include "base/net/http_server.h"
#include "engine/backend/session.h"
#include "engine/state/reader.h"

namespace engine::remote {
namespace {

using backend::kDefaultWorkspace;
using backend::OpenSession;
using backend::Session;

using base::net::ServerRequest;
using base::net::ServerResponse;

// One state, one lock; remembers what was asked.
class StateServer {
 public:
  StateServer() {
    server_ =
        base::net::HttpServer::Start({}, [this](ServerRequest& request) { return Answer(request); }).value();
  }
  HttpSettings Settings() const {
    const std::string address = server_->url() + "/state";
    return {.address = address,
            .lock_address = address,
            .unlock_address = address,
            .username = "user",
            .password = "pass word",
            .retry_wait_min = std::chrono::seconds(0)};
  }
  std::string log() {
    std::lock_guard guard(mutex_);
    return std::exchange(log_, "");
  }
  std::string state, lock;
  int failures = 0;  // so many answers are 503 first

 private:
  ServerResponse Answer(ServerRequest& request) {
    std::lock_guard guard(mutex_);
    log_ += request.method + (request.HasQuery("ID") ? "?ID " : " ");
    if (failures > 0) {
      --failures;
      return {.status = 503};
    }
    if (request.Header("Authorization") != "Basic dXNlcjpwYXNzIHdvcmQ=") return {.status = 401};
    if (request.method == "GET") return {.status = state.empty() ? 404 : 200, .body = state};
    if (request.method == "LOCK") {
      if (!lock.empty()) return {.status = 423, .body = lock};
      lock = request.body;
      return {};
    }
    if (request.method == "UNLOCK") {
      if (!request.body.empty() && request.body != lock) return {.status = 400};
      lock.clear();
      return {};
    }
    if (lock.empty() == request.HasQuery("ID")) return {.status = 409};
    state = request.body;
    return {};
  }

  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<base::net::HttpServer> server_;
};

std::unique_ptr<Session> Open(HttpBackend& backend, base::diag::Diagnostics& diagnostics) {
  return OpenSession(backend.Storage(kDefaultWorkspace), {}, diagnostics);
}

TEST(HttpBackend, LocksReadsWritesAndUnlocks) {
  StateServer server;
  HttpBackend backend(server.Settings(), {}, "");
  base::diag::Diagnostics diagnostics;
  {
    auto session = Open(backend, diagnostics);
    ASSERT_TRUE(session);
    EXPECT_EQ(server.log(), "LOCK GET ");
    EXPECT_NE(server.lock.find("\"Operation\":\"OperationTypePlan\""), std::string::npos);
    ASSERT_TRUE(session->Begin({}).ok());
    ASSERT_TRUE(session->Finish().ok());
    EXPECT_EQ(server.log(), "POST?ID ");
  }
  EXPECT_EQ(server.log(), "UNLOCK ");
  EXPECT_EQ(server.lock, "");
  const state::State state = state::ReadState(server.state).value();
  EXPECT_FALSE(state.lineage.empty());
  EXPECT_EQ(state.serial, 1u);
}

TEST(HttpBackend, TellsWhoHoldsTheLock) {
  StateServer server;
  server.lock = R"({"ID":"abc","Who":"ann@host"})";
  HttpBackend backend(server.Settings(), {}, "");
  base::diag::Diagnostics diagnostics;
  EXPECT_FALSE(Open(backend, diagnostics));
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_EQ(diagnostics.items()[0].summary, "Error acquiring the state lock");
  EXPECT_NE(diagnostics.items()[0].detail.find("HTTP remote state already locked: ID=abc"),
            std::string::npos);
  EXPECT_NE(diagnostics.items()[0].detail.find("ann@host"), std::string::npos);
  ASSERT_TRUE(backend.Storage(kDefaultWorkspace)->ForceUnlock("abc").ok());
  EXPECT_EQ(server.lock, "");
}

TEST(HttpBackend, TriesAgainWhatMayPass) {
  StateServer server;
  HttpBackend backend(server.Settings(), {}, "");
  server.failures = 2;
  EXPECT_TRUE(backend.Storage(kDefaultWorkspace)->Read().ok());
  EXPECT_EQ(server.log(), "GET GET GET ");
  server.failures = 3;
  EXPECT_FALSE(backend.Storage(kDefaultWorkspace)->Read().ok());
}

TEST(HttpBackend, ErrorsNameNoSecrets) {
  StateServer server;
  HttpSettings settings = server.Settings();
  settings.address += "?token=hidden";
  settings.password = "wrong secret";
  HttpBackend backend(settings, {}, "/journals");
  const auto storage = backend.Storage(kDefaultWorkspace);
  const auto read = storage->Read();
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message(), "HTTP remote state endpoint requires auth");
  for (const std::string& text : {read.error().message(), storage->Identity(), storage->JournalPath()}) {
    EXPECT_EQ(text.find("hidden"), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  }
}

TEST(HttpBackend, WithoutLockAddressNothingIsLocked) {
  StateServer server;
  HttpSettings settings = server.Settings();
  settings.lock_address = settings.unlock_address = "";
  HttpBackend backend(settings, {}, "");
  base::diag::Diagnostics diagnostics;
  Open(backend, diagnostics).reset();
  EXPECT_FALSE(diagnostics.HasErrors());
  EXPECT_EQ(server.log(), "GET ");
}

}  // namespace
}  // namespace engine::remote
