// The only file that includes Boost.Asio and Beast: sockets and HTTP/1.1 framing on one thread, handlers on a
// pool.
#include "base/net/http_server.h"

#include <condition_variable>
#include <ctime>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "base/core/check.h"
#include "base/core/log.h"

namespace base::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

using Parser = http::request_parser<http::string_body>;
using WireResponse = http::response<http::string_body>;

// Every asynchronous call reports by error code: a lost connection is nothing exceptional here.
auto Completing(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

// Splits "http://host:port/path?query" of a client that takes us for its proxy.
void SplitTarget(std::string_view sent, ServerRequest* request) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!sent.starts_with(scheme)) continue;
    sent.remove_prefix(scheme.size());
    size_t slash = std::min(sent.find_first_of("/?"), sent.size());
    request->authority = sent.substr(0, slash);
    sent.remove_prefix(slash);
    break;
  }
  request->target = sent.starts_with('/') || sent == "*" ? std::string(sent) : "/" + std::string(sent);
  std::string_view target = request->target;
  size_t question = std::min(target.find('?'), target.size());
  request->path = target.substr(0, question);
  if (question < target.size()) request->query = ParseForm(target.substr(question + 1));
}

ServerRequest ToRequest(Parser& parser, std::string remote_address) {
  auto message = parser.release();
  ServerRequest request;
  request.method = View(message.method_string());
  request.remote_address = std::move(remote_address);
  for (const auto& field : message)
    request.headers.emplace_back(View(field.name_string()), View(field.value()));
  request.body = std::move(message.body());
  SplitTarget(View(message.target()), &request);
  if (request.authority.empty()) request.authority = request.Header("Host");
  return request;
}

std::string HttpDate() {
  char text[64];
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  size_t length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, length};
}

WireResponse ToWire(ServerResponse response, bool keep_alive, bool head) {
  WireResponse wire;
  wire.version(11);
  wire.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) wire.insert(name, value);
  wire.set(http::field::date, HttpDate());
  wire.keep_alive(keep_alive);
  wire.body() = std::move(response.body);
  // Neither 204 nor 304 may have a body; a HEAD's length is that of the body that GET would send.
  if (response.status == 204 || response.status == 304)
    wire.body().clear();
  else
    wire.content_length(wire.body().size());
  if (head) wire.body().clear();
  return wire;
}

ServerResponse PlainText(int status, std::string_view text) {
  ServerResponse response;
  response.status = status;
  response.Set("Content-Type", "text/plain; charset=utf-8");
  response.body = fmt::format("{}\n", text);
  return response;
}

}  // namespace

struct HttpServer::Impl {
  Impl(const ServerOptions& server_options, ServerHandler server_handler)
      : options(server_options),
        handler(std::move(server_handler)),
        acceptor(loop),
        accept_pause(loop),
        pool(static_cast<size_t>(server_options.threads)) {}

  core::Result<void> Listen();
  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(tcp::socket socket, uint64_t id);
  asio::awaitable<bool> ReadRequest(beast::tcp_stream& stream, beast::flat_buffer& buffer, Parser& parser);
  asio::awaitable<ServerResponse> Answer(ServerRequest& request);
  asio::awaitable<bool> Write(beast::tcp_stream& stream, WireResponse& wire);
  void Leave();
  void Stop();

  // What Stop must know of a connection: idle ones are closed at once.
  struct Connection {
    beast::tcp_stream* stream;
    bool busy = false;
  };

  const ServerOptions options;
  const ServerHandler handler;
  asio::io_context loop{1};
  tcp::acceptor acceptor;
  asio::steady_timer accept_pause;
  asio::thread_pool pool;
  std::thread thread;
  std::string address;
  uint16_t port = 0;

  // Of the loop's thread only.
  std::unordered_map<uint64_t, Connection> connections;
  uint64_t next_id = 0;
  bool stopping = false;

  std::mutex mutex;
  std::condition_variable drained;
  size_t open = 0;
  bool stopped = false;
};

core::Result<void> HttpServer::Impl::Listen() {
  error_code error;
  auto parsed = asio::ip::make_address(options.address, error);
  if (error) return core::Error(fmt::format("\"{}\" is not an IP address", options.address));
  tcp::endpoint endpoint(parsed, options.port);
  std::string name = parsed.is_v6() ? fmt::format("[{}]:{}", options.address, options.port)
                                    : fmt::format("{}:{}", options.address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use)
    return core::Error(fmt::format("listening on {}: the port is in use by another program", name));
  if (error) return core::Error(fmt::format("listening on {}: {}", name, error.message()));
  port = acceptor.local_endpoint(error).port();
  address = parsed.is_v6() ? "[" + options.address + "]" : options.address;
  return {};
}

asio::awaitable<void> HttpServer::Impl::Accept() {
  while (!stopping) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(Completing(error));
    if (stopping) break;
    if (error) {
      // Out of descriptors, usually: wait for others to close instead of spinning.
      core::Log(core::LogLevel::kWarn, "net", "accept: {}", error.message());
      accept_pause.expires_after(std::chrono::milliseconds(50));
      co_await accept_pause.async_wait(Completing(error));
      continue;
    }
    if (connections.size() >= static_cast<size_t>(options.connection_limit)) continue;
    socket.set_option(tcp::no_delay(true), error);
    uint64_t id = next_id++;
    {
      std::lock_guard lock(mutex);
      ++open;
    }
    asio::co_spawn(loop, Serve(std::move(socket), id), [this, id](std::exception_ptr) {
      connections.erase(id);
      Leave();
    });
  }
}

// False when there is no request to answer: the connection ended, or an answer to bad framing has been sent.
asio::awaitable<bool> HttpServer::Impl::ReadRequest(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                                    Parser& parser) {
  parser.header_limit(static_cast<uint32_t>(options.header_limit));
  parser.body_limit(options.body_limit);
  error_code error;
  // The idle limit holds until the first byte; then the whole request has read_timeout.
  if (buffer.size() == 0) {
    stream.expires_after(options.idle_timeout);
    size_t count = co_await stream.async_read_some(buffer.prepare(4096), Completing(error));
    if (error || count == 0) co_return false;
    buffer.commit(count);
  }
  stream.expires_after(options.read_timeout);
  co_await http::async_read_header(stream, buffer, parser, Completing(error));
  if (!error && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    if (parser.content_length() && *parser.content_length() > options.body_limit) {
      error = http::error::body_limit;
    } else {
      WireResponse go_on(http::status::continue_, 11);
      co_await http::async_write(stream, go_on, Completing(error));
    }
  }
  if (!error) co_await http::async_read(stream, buffer, parser, Completing(error));
  if (!error) co_return true;
  int status = error == http::error::body_limit     ? 413
               : error == http::error::header_limit ? 431
               : error == beast::error::timeout     ? 408
               : error.category() == make_error_code(http::error::bad_target).category() &&
                       error != http::error::end_of_stream && error != http::error::partial_message
                   ? 400
                   : 0;
  if (status == 0 || status == 408) co_return false;
  std::string_view text = status == 413   ? "The request body is too large."
                          : status == 431 ? "The request header is too large."
                                          : "This is no HTTP/1.1 request.";
  WireResponse wire = ToWire(PlainText(status, text), false, false);
  co_await Write(stream, wire);
  co_return false;
}

asio::awaitable<ServerResponse> HttpServer::Impl::Answer(ServerRequest& request) {
  // There and back: the handler may block, the loop may not.
  co_await asio::post(asio::bind_executor(pool, asio::use_awaitable));
  ServerResponse response = handler(request);
  co_await asio::post(asio::bind_executor(loop, asio::use_awaitable));
  co_return response;
}

asio::awaitable<bool> HttpServer::Impl::Write(beast::tcp_stream& stream, WireResponse& wire) {
  stream.expires_after(options.write_timeout);
  error_code error;
  co_await http::async_write(stream, wire, Completing(error));
  co_return !error;
}

asio::awaitable<void> HttpServer::Impl::Serve(tcp::socket socket, uint64_t id) {
  error_code error;
  std::string remote = socket.remote_endpoint(error).address().to_string(error);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(options.header_limit + (64 << 10));
  Connection& connection = connections.emplace(id, Connection{&stream}).first->second;
  while (!stopping) {
    Parser parser;
    if (!co_await ReadRequest(stream, buffer, parser)) break;
    connection.busy = true;
    bool keep_alive = parser.get().keep_alive();
    ServerRequest request = ToRequest(parser, remote);
    stream.expires_never();
    ServerResponse response = co_await Answer(request);
    WireResponse wire = ToWire(std::move(response), keep_alive && !stopping, request.method == "HEAD");
    bool written = co_await Write(stream, wire);
    connection.busy = false;
    if (!written || !keep_alive) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
}

void HttpServer::Impl::Leave() {
  std::lock_guard lock(mutex);
  if (--open == 0) drained.notify_all();
}

void HttpServer::Impl::Stop() {
  {
    std::lock_guard lock(mutex);
    if (stopped) return;
    stopped = true;
  }
  asio::post(loop, [this] {
    stopping = true;
    error_code error;
    acceptor.close(error);
    accept_pause.cancel();
    for (auto& [id, connection] : connections)
      if (!connection.busy) connection.stream->cancel();
  });
  {
    std::unique_lock lock(mutex);
    drained.wait_for(lock, options.stop_timeout, [this] { return open == 0; });
  }
  // Handlers that still run must end before the loop may go: they come back to it.
  pool.join();
  loop.stop();
  if (thread.joinable()) thread.join();
}

core::Result<std::unique_ptr<HttpServer>> HttpServer::Start(const ServerOptions& options,
                                                            ServerHandler handler) {
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  RETURN_IF_ERROR(impl->Listen());
  // The accepting counts as one more user of the loop: a connection that has arrived when Stop comes is
  // closed, too.
  impl->open = 1;
  asio::co_spawn(impl->loop, impl->Accept(), [impl = impl.get()](std::exception_ptr) { impl->Leave(); });
  impl->thread = std::thread([loop = &impl->loop] {
    auto work = asio::make_work_guard(*loop);
    loop->run();
  });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { Stop(); }
uint16_t HttpServer::port() const { return impl_->port; }
std::string HttpServer::url() const { return fmt::format("http://{}:{}", impl_->address, impl_->port); }
void HttpServer::Stop() { impl_->Stop(); }

}  // namespace base::net
