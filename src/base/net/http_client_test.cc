#include "base/net/http_client.h"

#include <gtest/gtest.h>

#include "base/net/http_server.h"

namespace base::net {
namespace {

core::Environment Env(std::map<std::string, std::string, std::less<>> variables) {
  return core::Environment(std::move(variables));
}

TEST(ParseUrl, TakesHttpAndHttpsOnly) {
  auto url = ParseUrl("HTTPS://Dev-1.Okta.com/api/v1?x=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme + "|" + url->host + "|" + url->path, "https|dev-1.okta.com|/api/v1?x=1");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(ParseUrl("http://[::1]:8080/")->host, "::1");
  EXPECT_EQ(ParseUrl("http://[::1]:8080/")->port, 8080);
  for (const char* bad :
       {"", "okta.com", "ftp://x/", "http://", "http://u:p@x/", "http://x/ y", "http:///x"}) {
    EXPECT_FALSE(ParseUrl(bad)) << bad;
  }
}

TEST(IsLoopbackHost, NamesAndAddresses) {
  for (const char* host : {"localhost", "dev.localhost", "127.0.0.1", "127.9.9.9", "::1"})
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  for (const char* host :
       {"example.com", "localhost.example.com", "128.0.0.1", "::2", "127.0.0.1.example.com"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

TEST(ProxyFor, FollowsGoRules) {
  const char* kProxy = "http://proxy:3128";
  const struct {
    const char* url;
    const char* no_proxy;
    const char* expected;
  } kCases[] = {
      {"https://dev.okta.com/", "", kProxy},
      {"https://localhost:8443/", "", ""},
      {"https://dev.okta.com/", "okta.com", ""},
      {"https://dev.okta.com/", ".okta.com", ""},
      {"https://okta.com/", ".okta.com", kProxy},
      {"https://notokta.com/", "okta.com", kProxy},
      {"https://dev.okta.com/", "*", ""},
      {"https://dev.okta.com/", "okta.com:8443", kProxy},
      {"https://dev.okta.com:8443/", "okta.com:8443", ""},
      {"https://10.1.2.3/", "10.0.0.0/8", ""},
      {"https://11.1.2.3/", "10.0.0.0/8, 11.1.2.3", ""},
      {"https://12.1.2.3/", "10.0.0.0/8", kProxy},
      {"http://dev.okta.com/", "", ""},
  };
  for (const auto& c : kCases) {
    auto environment = Env({{"HTTPS_PROXY", "proxy:3128"}, {"NO_PROXY", c.no_proxy}});
    EXPECT_EQ(ProxyFor(*ParseUrl(c.url), environment), c.expected) << c.url << " " << c.no_proxy;
  }
  EXPECT_EQ(ProxyFor(*ParseUrl("http://a.b/"), Env({{"http_proxy", "http://p:1"}})), "http://p:1");
}

class ClientTest : public ::testing::Test {
 protected:
  void Serve(ServerHandler handler) {
    server_ = std::move(HttpServer::Start({}, std::move(handler))).value();
  }
  std::unique_ptr<HttpServer> server_;
};

TEST_F(ClientTest, SendsMethodHeadersAndBody) {
  Serve([](ServerRequest& request) {
    ServerResponse response;
    response.status = 201;
    response.Add("X-Many", "1").Add("x-many", "2");
    response.body = fmt::format("{} {} {} [{}]", request.method, request.target,
                                request.Header("authorization"), request.body);
    return response;
  });
  HttpClient client({});
  for (std::string method : {"GET", "POST", "PUT", "DELETE"}) {
    std::string body = method == "GET" || method == "DELETE" ? "" : std::string("a\0b", 3);
    auto outcome = client.Call({method, server_->url() + "/p?q=1", {{"Authorization", "SSWS x"}}, body});
    ASSERT_TRUE(outcome.ok()) << outcome.error().message();
    EXPECT_EQ(outcome->status, 201);
    EXPECT_EQ(outcome->reason, "Created");
    EXPECT_EQ(outcome->body, method + " /p?q=1 SSWS x [" + body + "]");
    EXPECT_EQ(outcome->HeaderValues("X-MANY").size(), 2u);
  }
}

TEST_F(ClientTest, SendsPathsAndBorrowedBodiesAsTheyAre) {
  Serve([](ServerRequest& request) {
    return ServerResponse{200, {}, request.target + " [" + request.body + "]"};
  });
  HttpClient client({});
  const std::string body(100000, 'x');
  auto outcome = client.Call({.method = "PUT",
                              .url = server_->url() + "/a/./../b%2f..//c",
                              .body = "not this",
                              .borrowed_body = body});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_EQ(outcome->body, "/a/./../b%2f..//c [" + body + "]");
}

TEST_F(ClientTest, ServesManyThreadsOverOnePool) {
  std::atomic<int> calls = 0;
  Serve([&](ServerRequest& request) {
    ++calls;
    ServerResponse response;
    response.body = std::string(request.Query("i"));
    return response;
  });
  HttpClient client({});
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        std::string number = std::to_string(t * 100 + i);
        auto outcome = client.Call({"GET", server_->url() + "/?i=" + number});
        if (outcome.ok() && outcome->body == number) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 200);
  EXPECT_EQ(calls, 200);
}

TEST_F(ClientTest, LimitsTheAnswer) {
  Serve([](ServerRequest&) { return ServerResponse{200, {}, std::string(100000, 'x')}; });
  ClientOptions options;
  options.response_limit = 1000;
  HttpClient client(options);
  auto outcome = client.Send({"GET", server_->url()});
  auto* failure = std::get_if<TransportFailure>(&outcome);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, TransportFailure::Kind::kTooLarge);
  EXPECT_TRUE(failure->may_have_arrived);
}

TEST_F(ClientTest, StopsOnRequest) {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false, release = false;
  Serve([&](ServerRequest&) {
    std::unique_lock lock(mutex);
    entered = true;
    changed.notify_all();
    changed.wait(lock, [&] { return release; });
    return ServerResponse{};
  });
  HttpClient client({});
  std::stop_source stop;
  std::thread stopper([&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return entered; });
    stop.request_stop();
  });
  auto outcome = client.Send({"GET", server_->url()}, stop.get_token());
  stopper.join();
  ASSERT_TRUE(std::holds_alternative<TransportFailure>(outcome));
  EXPECT_EQ(std::get<TransportFailure>(outcome).kind, TransportFailure::Kind::kStopped);
  {
    std::lock_guard lock(mutex);
    release = true;
  }
  changed.notify_all();
  server_.reset();  // ends the handler before what it waits with
}

TEST_F(ClientTest, RefusesPlainHttpAndKeepsSecretsOutOfErrors) {
  HttpClient client({});
  auto outcome = client.Send({"GET", "http://example.com/x?token=secret"});
  EXPECT_EQ(std::get<TransportFailure>(outcome).kind, TransportFailure::Kind::kForbidden);
  EXPECT_EQ(std::get<TransportFailure>(client.Send({"GET", "http://localhost/", {{"A", "b\r\nC: d"}}})).kind,
            TransportFailure::Kind::kForbidden);
  Serve([](ServerRequest&) { return ServerResponse{}; });
  std::string url = server_->url();
  server_.reset();
  auto refused = client.Send({"POST", url + "/x?token=secret", {{"Authorization", "secret"}}, "secret"});
  auto* failure = std::get_if<TransportFailure>(&refused);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, TransportFailure::Kind::kRefused);
  EXPECT_FALSE(failure->may_have_arrived);
  EXPECT_EQ(failure->message.find("secret"), std::string::npos);
}

TEST_F(ClientTest, FollowsRedirectsOnlyWhenAsked) {
  Serve([](ServerRequest& request) {
    ServerResponse response;
    if (request.path == "/a") {
      response.status = 302;
      response.Set("Location", "/b");
    }
    response.body = request.path;
    return response;
  });
  EXPECT_EQ(HttpClient({}).Call({"GET", server_->url() + "/a"})->status, 302);
  ClientOptions options;
  options.redirects = 3;
  EXPECT_EQ(HttpClient(options).Call({"GET", server_->url() + "/a"})->body, "/b");
}

}  // namespace
}  // namespace base::net
