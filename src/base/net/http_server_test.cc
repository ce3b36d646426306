#include "base/net/http_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include <gtest/gtest.h>

#include "base/core/files.h"

namespace base::net {
namespace {

// A raw client: bytes out, bytes in until the server closes.
class Wire {
 public:
  explicit Wire(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }
  void Send(std::string_view bytes) { ASSERT_TRUE(core::WriteAll(fd_.get(), bytes, "socket").ok()); }
  std::string ReadToEnd() {
    std::string all;
    char buffer[4096];
    for (ssize_t count; (count = read(fd_.get(), buffer, sizeof buffer)) > 0;) all.append(buffer, count);
    return all;
  }

 private:
  core::UniqueFd fd_;
  bool connected_ = false;
};

std::unique_ptr<HttpServer> Start(ServerHandler handler, ServerOptions options = {}) {
  auto server = HttpServer::Start(options, std::move(handler));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message());
  return std::move(server).value();
}

ServerResponse Echo(ServerRequest& request) {
  ServerResponse response;
  response.Set("Content-Type", "text/plain");
  response.body = request.method + " " + request.path + " " + request.authority + " " + request.body;
  for (const auto& [name, value] : request.query) response.body += fmt::format(" {}={}", name, value);
  return response;
}

std::string Ask(uint16_t port, std::string_view bytes) {
  Wire wire(port);
  wire.Send(bytes);
  return wire.ReadToEnd();
}

TEST(HttpServer, AnswersOriginAndAbsoluteForm) {
  auto server = Start(Echo);
  struct Case {
    const char* request;
    const char* body;
  };
  const Case cases[] = {
      {"GET /a%20b?x=1%262&y=a+b HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\r\n",
       "GET /a%20b h:1  x=1&2 y=a b"},
      {"GET http://localhost/api?q=1 HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n",
       "GET /api localhost  q=1"},
      {"GET http://localhost:8080 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / localhost:8080 "},
      {"POST /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", "POST /p h abc"},
      {"POST /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: "
       "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
       "POST /p h abc"},
  };
  for (const Case& test : cases) {
    std::string answer = Ask(server->port(), test.request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with(std::string("\r\n\r\n") + test.body)) << answer;
    EXPECT_NE(answer.find("\r\nDate: "), std::string::npos);
  }
}

TEST(HttpServer, KeepsConnectionsAlive) {
  auto server = Start(Echo);
  std::string answer = Ask(server->port(),
                           "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
                           "HEAD /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("GET /1 h "), std::string::npos);
  EXPECT_NE(answer.find("GET /2 h "), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST(HttpServer, RefusesWhatIsTooLargeOrNoHttp) {
  ServerOptions options;
  options.header_limit = 1024;
  options.body_limit = 10;
  auto server = Start(Echo, options);
  EXPECT_TRUE(Ask(server->port(), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n")
                  .starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(Ask(server->port(), "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2000, 'x') + "\r\n\r\n")
                  .starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(Ask(server->port(), "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(
      Ask(server->port(), "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n")
          .starts_with("HTTP/1.1 413"));
  // A 204 has neither body nor length.
  auto empty = Start([](ServerRequest&) { return ServerResponse{.status = 204, .body = "ignored"}; });
  std::string answer = Ask(empty->port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
}

TEST(HttpServer, HandlersRunSideBySide) {
  std::atomic<int> inside = 0;
  std::mutex mutex;
  std::condition_variable both;
  auto server = Start([&](ServerRequest&) {
    std::unique_lock lock(mutex);
    ++inside;
    both.notify_all();
    both.wait(lock, [&] { return inside == 2; });
    return ServerResponse{.body = "ok"};
  });
  std::string first;
  std::thread thread(
      [&] { first = Ask(server->port(), "GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); });
  std::string second = Ask(server->port(), "GET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  thread.join();
  EXPECT_TRUE(first.ends_with("ok"));
  EXPECT_TRUE(second.ends_with("ok"));
}

TEST(HttpServer, StopEndsIdleConnectionsAndFreesThePort) {
  auto server = Start(Echo);
  uint16_t port = server->port();
  Wire idle(port);
  idle.Send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
  server->Stop();
  idle.ReadToEnd();
  EXPECT_FALSE(Wire(port).connected());
  ServerOptions options;
  options.port = port;
  auto again = Start(Echo, options);
  auto busy = HttpServer::Start(options, Echo);
  ASSERT_FALSE(busy.ok());
  EXPECT_NE(busy.error().message().find("the port is in use by another program"), std::string::npos);
  EXPECT_FALSE(HttpServer::Start({.address = "nonsense"}, Echo).ok());
}

TEST(Router, PrefersLiteralsAndKnowsMethods) {
  Router router;
  auto named = [](const char* name) {
    return [name](ServerRequest& request) {
      return ServerResponse{.body = std::string(name) + ":" + std::string(request.Parameter("id"))};
    };
  };
  router.Add("GET", "/groups/{id}", named("one"));
  router.Add("GET", "/groups/rules", named("rules"));
  router.Add("PUT", "/groups/{id}", named("put"));
  struct Case {
    const char* method;
    const char* path;
    int status;
    const char* body;
  };
  const Case cases[] = {
      {"GET", "/groups/00g1", 200, "one:00g1"},
      {"GET", "/groups/a%2Fb", 200, "one:a/b"},
      {"GET", "/groups/rules", 200, "rules:"},
      {"GET", "/groups/rules/", 200, "rules:"},
      {"PUT", "/groups/x", 200, "put:x"},
      {"HEAD", "/groups/x", 200, "one:x"},
      {"DELETE", "/groups/x", 405, "This method is not allowed here.\n"},
      {"GET", "/groups", 404, "There is no such page.\n"},
      {"GET", "/groups//x", 404, "There is no such page.\n"},
  };
  for (const Case& test : cases) {
    ServerRequest request;
    request.method = test.method;
    request.path = test.path;
    ServerResponse response = router.Handle(request);
    EXPECT_EQ(response.status, test.status) << test.path;
    EXPECT_EQ(response.body, test.body) << test.path;
  }
}

TEST(HttpMessage, PercentAndForms) {
  EXPECT_EQ(PercentDecode("a%41%zz%4"), "aA%zz%4");
  EXPECT_EQ(PercentDecode("a+b", true), "a b");
  EXPECT_EQ(PercentEncode("a b/ä~"), "a%20b%2F%C3%A4~");
  auto form = ParseForm("a=1&b&c=%3D+x&&a=2");
  ASSERT_EQ(form.size(), 4u);
  EXPECT_EQ(form[2].second, "= x");
  ServerResponse response;
  response.Set("X-A", "1\r\nX-B: 2");
  EXPECT_EQ(response.Header("x-a"), "1X-B: 2");
}

}  // namespace
}  // namespace base::net
