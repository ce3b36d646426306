// An HTTPS client: one connection pool, HTTP/1.1 and HTTP/2, proxies and CAs from the environment, limits.
// Not a retrier, no cookies, no caches: those are the caller's (okta/api, registries, backends).
// Calls block; any number of threads may call one client. Plain http goes to loopback only unless allowed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"

namespace base::net {

// For servers with certificates of their own; PEM texts, empty where not used.
struct TlsOptions {
  bool skip_verification = false;
  std::string ca_pem;                            // instead of the system's authorities
  std::string certificate_pem, private_key_pem;  // the client's
  std::string server_name;                       // that the certificate must be for; empty: the URL's host
};

struct ClientOptions {
  std::string user_agent = "parterre";
  std::chrono::milliseconds connect_timeout{30000};
  std::chrono::milliseconds timeout{0};  // of a whole call; 0: none
  // A call ends when fewer than one byte a second arrives for this long.
  std::chrono::seconds stall_timeout{120};
  uint64_t response_limit = uint64_t{64} << 20;  // bytes of body, after decompression
  int connections_per_host = 16;
  int redirects = 0;  // followed at most; never from https to http
  bool allow_plain_http = false;
  TlsOptions tls;
  // Path of the socket to connect to, whatever the URL's host; empty: none. Such calls cross no network.
  std::string unix_socket;
  // A proxy for every call, "" for none at all; unset: HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide.
  std::optional<std::string> proxy;
  // Read once: the proxy variables (either case), SSL_CERT_FILE, SSL_CERT_DIR.
  core::Environment environment;
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string_view borrowed_body;        // sent instead, when not empty; must live until the call returns
  std::chrono::milliseconds timeout{0};  // instead of the client's, when not 0
  uint64_t response_limit = 0;           // instead of the client's, when not 0
  // Takes the body of a 2xx answer in pieces, as it was sent (nothing is decompressed), instead of
  // ClientResponse::body. `length`: of the whole body, 0 when unknown. False ends the call. On the client's
  // thread, so it must not make calls.
  std::function<bool(int status, uint64_t length, std::string_view piece)> on_body;
};

struct ClientResponse {
  int status = 0;
  std::string reason;                                        // "OK"; made up for HTTP/2, which sends none
  std::vector<std::pair<std::string, std::string>> headers;  // of the last response, in order
  std::string body;
  std::string url;  // that answered, after redirects

  // The first value without regard to case, or "".
  std::string_view Header(std::string_view name) const;
  std::vector<std::string_view> HeaderValues(std::string_view name) const;
};

// No response came.
struct TransportFailure {
  enum class Kind { kRefused, kName, kTls, kTimeout, kBroken, kTooLarge, kStopped, kForbidden };
  Kind kind = Kind::kBroken;
  std::string message;            // for people; names the host, never a query, header or body
  bool may_have_arrived = false;  // whether the server may have acted on it

  // Whether the same request may find a way later: not when a name, a certificate or a limit stood against
  // it.
  bool MayPass() const { return kind == Kind::kRefused || kind == Kind::kTimeout || kind == Kind::kBroken; }
};

class HttpClient {
 public:
  explicit HttpClient(ClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  std::variant<ClientResponse, TransportFailure> Send(const ClientRequest& request,
                                                      std::stop_token stop = {});
  // The same for callers that do not tell failures apart.
  core::Result<ClientResponse> Call(const ClientRequest& request, std::stop_token stop = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct UrlParts {
  std::string scheme, host, path;  // lower-case scheme and host without brackets; path with query
  uint16_t port = 0;               // the scheme's own when not given
};
// http and https only, no user information.
std::optional<UrlParts> ParseUrl(std::string_view url);

// `reference` as a page at `base` would mean it (RFC 3986); nothing when either cannot be read.
std::optional<std::string> ResolveUrl(const std::string& base, const std::string& reference);

// localhost, names below .localhost, 127.0.0.0/8 and ::1.
bool IsLoopbackHost(std::string_view host);

// The proxy for this URL by the rules of Go's net/http: HTTPS_PROXY or HTTP_PROXY by the URL's scheme, never
// for loopback, NO_PROXY as list of hosts, .domains, addresses, CIDR blocks, each with an optional port, or
// *.
std::string ProxyFor(const UrlParts& url, const core::Environment& environment);

// The phrase of a status as Go's http.StatusText has it; empty when unknown.
std::string_view StatusText(int status);

}  // namespace base::net
