#include "install/login/authorization.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/net/http_server.h"
#include "install/login/printable.h"

namespace install::login {
namespace {

using base::core::Error;
using base::core::Result;
using base::net::HttpServer;
using base::net::ServerRequest;
using base::net::ServerResponse;

constexpr std::string_view kPath = "/login";
constexpr int kMaxTries = 1000;
// RFC 7636: 43 to 128 of these.
constexpr size_t kVerifierSize = 64;

// From a random port of the range on, so that nobody can know it before.
Result<std::unique_ptr<HttpServer>> Listen(const discovery::OAuthClient& client,
                                           const base::net::ServerHandler& handler) {
  const int count = client.last_port - client.first_port + 1;
  const std::string random = base::crypto::RandomBytes(2);
  const int first = (static_cast<unsigned char>(random[0]) << 8) | static_cast<unsigned char>(random[1]);
  base::net::ServerOptions options;
  options.threads = 2;
  options.body_limit = 4096;
  options.connection_limit = 64;
  options.stop_timeout = std::chrono::milliseconds(1000);
  for (int tried = 0; tried < std::min(count, kMaxTries); ++tried) {
    options.port = static_cast<uint16_t>(client.first_port + (first + tried) % count);
    auto server = HttpServer::Start(options, handler);
    if (server.ok()) return server;
  }
  return Error(count == 1
                   ? fmt::format("port {} is in use", client.first_port)
                   : fmt::format("no port from {} to {} is free", client.first_port, client.last_port));
}

// Refusals of RFC 6749, section 4.1.2.1, in words.
std::string Refusal(std::string_view error, std::string_view description) {
  std::string text = error == "access_denied" ? "access was denied" : Printable(error, 100);
  if (const std::string more = Printable(description); !more.empty()) text += ": " + more;
  return text;
}

std::string MakeUrl(const discovery::OAuthClient& client, const std::string& redirect_uri,
                    const std::string& state, const std::string& verifier) {
  std::vector<std::pair<std::string_view, std::string>> query = {
      {"client_id", client.id},
      {"code_challenge", base::core::Base64UrlEncode(base::crypto::Sha256(verifier))},
      {"code_challenge_method", "S256"},
      {"redirect_uri", redirect_uri},
      {"response_type", "code"}};
  if (!client.scopes.empty()) query.emplace_back("scope", base::core::Join(client.scopes, " "));
  query.emplace_back("state", state);
  std::string url;
  for (char c : client.authorization_url) {
    const bool printable = c > ' ' && c < '\x7f';
    url += printable ? std::string(1, c) : base::net::PercentEncode(std::string_view(&c, 1));
  }
  char separator = base::core::Contains(url, "?") ? '&' : '?';
  for (const auto& [name, value] : query) {
    url += fmt::format("{}{}={}", separator, name, base::net::PercentEncode(value));
    separator = '&';
  }
  return url;
}

}  // namespace

struct Authorization::Impl {
  const std::string state = base::crypto::RandomUuid();
  const std::string verifier = base::crypto::RandomAlphanumeric(kVerifierSize);
  PageMaker page;
  std::string url, redirect_uri;
  std::mutex mutex;
  std::condition_variable_any arrived;
  std::optional<Result<std::string>> outcome;  // the code
  std::unique_ptr<HttpServer> server;          // the last member: goes first

  ServerResponse Answer(ServerRequest& request);
  ServerResponse Show(int status, const std::string& problem) const;
};

ServerResponse Authorization::Impl::Show(int status, const std::string& problem) const {
  ServerResponse response;
  response.status = status;
  response.Set("Content-Type", "text/html; charset=utf-8")
      .Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .Set("X-Content-Type-Options", "nosniff")
      .Set("Referrer-Policy", "no-referrer")
      .Set("Cache-Control", "no-store")
      .Set("Connection", "close");
  response.body = page(problem);
  return response;
}

ServerResponse Authorization::Impl::Answer(ServerRequest& request) {
  if (request.path != kPath) return Show(404, "There is nothing at this address.");
  if (request.method != "GET") return Show(405, "This address can only be opened by a browser.");
  if (!base::crypto::ConstantTimeEqual(request.Query("state"), state)) {
    return Show(400, "This answer does not belong to the login that waits in the terminal.");
  }
  const std::string_view error = request.Query("error");
  Result<std::string> result{std::string(request.Query("code"))};
  if (!error.empty()) {
    result = Error(Refusal(error, request.Query("error_description")));
  } else if (result->empty()) {
    result = Error("its answer has neither a code nor an error");
  }
  const std::string problem = result.ok() ? "" : result.error().message();
  {
    std::lock_guard lock(mutex);
    if (outcome) return Show(400, "This login is over.");
    outcome = std::move(result);
  }
  arrived.notify_all();
  return Show(problem.empty() ? 200 : 400, problem);
}

Authorization::Authorization(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authorization::~Authorization() = default;

Result<std::unique_ptr<Authorization>> Authorization::Start(const discovery::OAuthClient& client,
                                                            PageMaker page) {
  auto impl = std::make_unique<Impl>();
  impl->page = std::move(page);
  ASSIGN_OR_RETURN(impl->server, Listen(client, [self = impl.get()](ServerRequest& request) {
                     return self->Answer(request);
                   }));
  // The name, not the address: that is what hosts have registered.
  impl->redirect_uri = fmt::format("http://localhost:{}{}", impl->server->port(), kPath);
  impl->url = MakeUrl(client, impl->redirect_uri, impl->state, impl->verifier);
  return std::unique_ptr<Authorization>(new Authorization(std::move(impl)));
}

const std::string& Authorization::url() const { return impl_->url; }

Result<AuthorizationCode> Authorization::Wait(std::stop_token stop) {
  {
    std::unique_lock lock(impl_->mutex);
    impl_->arrived.wait(lock, stop, [&] { return impl_->outcome.has_value(); });
  }
  // Answers the browser before it goes.
  impl_->server->Stop();
  std::lock_guard lock(impl_->mutex);
  if (!impl_->outcome) return Error("interrupted");
  if (!impl_->outcome->ok()) return impl_->outcome->error();
  return AuthorizationCode{**impl_->outcome, impl_->verifier, impl_->redirect_uri};
}

}  // namespace install::login
