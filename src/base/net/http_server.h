// An HTTP/1.1 server for our own programs: it parses, limits and times connections; a handler answers on a
// pool. Not a proxy, no TLS; HTTP/2 is the client's business. Absolute-form targets ("GET http://host/path")
// are taken as requests to this server. Called by programs/parterre-org, parterre-server and tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/result.h"

namespace base::net {

struct ServerRequest {
  std::string method;     // "GET"
  std::string target;     // as sent, without scheme and authority: "/api/v1/users?limit=2"
  std::string path;       // the target's path, still percent-encoded
  std::string authority;  // of an absolute-form target, else the Host header; may lack the port
  std::vector<std::pair<std::string, std::string>> query;       // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;     // in order, names as sent
  std::vector<std::pair<std::string, std::string>> parameters;  // of the route's pattern, decoded
  std::string body;
  std::string remote_address;  // "127.0.0.1"

  // The first value, or "". Header names without regard to case.
  std::string_view Header(std::string_view name) const;
  std::string_view Query(std::string_view name) const;
  bool HasQuery(std::string_view name) const;
  std::string_view Parameter(std::string_view name) const;
};

struct ServerResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // Content-Length, Date and Connection are added
  std::string body;

  // Replaces a header of this name, or adds it.
  ServerResponse& Set(std::string_view name, std::string_view value);
  ServerResponse& Add(std::string_view name, std::string_view value);
  std::string_view Header(std::string_view name) const;
};

// Called on the pool, several at once. Must not throw.
using ServerHandler = std::function<ServerResponse(ServerRequest&)>;

struct ServerOptions {
  std::string address = "127.0.0.1";  // an address, not a name
  uint16_t port = 0;                  // 0: any free one
  int threads = 8;                    // of the pool that runs handlers
  size_t header_limit = 64 << 10;     // bytes of request line and headers
  uint64_t body_limit = 4 << 20;
  int connection_limit = 1024;
  std::chrono::milliseconds read_timeout{30000};   // for one whole request
  std::chrono::milliseconds idle_timeout{120000};  // between requests of a connection
  std::chrono::milliseconds write_timeout{30000};
  std::chrono::milliseconds stop_timeout{2000};  // how long Stop waits for requests in flight
};

class HttpServer {
 public:
  // Listens at once. Fails on a busy port or an address that is not this machine's.
  static core::Result<std::unique_ptr<HttpServer>> Start(const ServerOptions& options, ServerHandler handler);
  ~HttpServer();  // Stop()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  // "http://127.0.0.1:34567"
  std::string url() const;
  // No new connections; answers what was asked, for stop_timeout at most; closes. Handlers that still run are
  // waited for: whoever makes handlers wait must release them first.
  void Stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Routes by method and pattern: "/api/v1/users/{id}/groups". A segment in braces matches one non-empty
// segment and becomes a parameter; literal segments win over braces. HEAD falls back to GET.
class Router {
 public:
  void Add(std::string_view method, std::string_view pattern, ServerHandler handler);

  struct Match {
    const ServerHandler* handler = nullptr;
    std::string_view pattern;          // of the route; empty when no path matches
    std::vector<std::string> allowed;  // methods of the path when only the method does not match
  };
  // Fills request.parameters.
  Match Find(ServerRequest& request) const;
  // Runs the handler; 404 and 405 (with Allow) have plain-text bodies.
  ServerResponse Handle(ServerRequest& request) const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    ServerHandler handler;
  };
  std::vector<Route> routes_;
};

// "%41+b" -> "A+b"; with `plus_is_space`, as in queries and forms, "A b". Malformed escapes stay as they are.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);
// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX.
std::string PercentEncode(std::string_view text);
// "a=1&b=%20" in order; for queries and application/x-www-form-urlencoded bodies.
std::vector<std::pair<std::string, std::string>> ParseForm(std::string_view text);

}  // namespace base::net
