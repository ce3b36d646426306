#include "base/ssh/dial.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "base/core/strings.h"

namespace base::ssh {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

constexpr std::chrono::milliseconds kSlice{100};
constexpr size_t kReplyLimit = 16u << 10;
constexpr int kSilenceLimit = 120;  // seconds

// Until the descriptor is ready. Looks up now and then, to see whether it should go on.
Result<void> WaitReady(int fd, short events, Deadline deadline, const std::stop_token& stop) {
  for (;;) {
    if (stop.stop_requested()) return Error("the run was interrupted");
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Deadline::clock::now());
    if (left.count() <= 0) return Error("no answer in time");
    pollfd waited{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(std::min(left, kSlice).count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return core::ErrnoError("poll", errno);
  }
}

void NoticeSilence(int fd) {
  const int on = 1, idle = 30, interval = 10, count = 9, limit = kSilenceLimit * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
}

Result<UniqueFd> ConnectTo(const addrinfo& address, Deadline deadline, const std::stop_token& stop) {
  UniqueFd fd(
      ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  if (!fd.valid()) return core::ErrnoError("socket", errno);
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return Error(std::strerror(errno));
    RETURN_IF_ERROR(WaitReady(fd.get(), POLLOUT, deadline, stop));
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure != 0) return Error(std::strerror(failure));
  }
  NoticeSilence(fd.get());
  return fd;
}

Result<UniqueFd> DialDirectly(const std::string& host, uint16_t port, Deadline deadline,
                              const std::stop_token& stop) {
  const std::string name = HostAndPort(host, port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0) return Error(fmt::format("{}: {}", name, ::gai_strerror(code)));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::string reason = "it has no address";
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    auto fd = ConnectTo(*each, deadline, stop);
    if (fd.ok()) return fd;
    reason = fd.error().message();
  }
  return Error(fmt::format("{}: {}", name, reason));
}

// Reads and writes of a proxy's short dialogue.
class Dialogue {
 public:
  Dialogue(int fd, Deadline deadline, const std::stop_token& stop)
      : fd_(fd), deadline_(deadline), stop_(stop) {}

  Result<void> Send(std::string_view bytes) {
    while (!bytes.empty()) {
      RETURN_IF_ERROR(WaitReady(fd_, POLLOUT, deadline_, stop_));
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return Error(std::strerror(errno));
    }
    return {};
  }

  // Exactly as many: what comes behind the dialogue is of another layer.
  Result<std::string> Receive(size_t count) {
    std::string bytes(count, '\0');
    size_t have = 0;
    while (have < count) {
      RETURN_IF_ERROR(WaitReady(fd_, POLLIN, deadline_, stop_));
      const ssize_t got = ::recv(fd_, bytes.data() + have, count - have, 0);
      if (got == 0) return Error("the proxy hung up");
      if (got > 0) have += static_cast<size_t>(got);
      if (got < 0 && errno != EAGAIN && errno != EINTR) return Error(std::strerror(errno));
    }
    return bytes;
  }

 private:
  const int fd_;
  const Deadline deadline_;
  const std::stop_token& stop_;
};

Result<void> AskHttpProxy(Dialogue& dialogue, const Proxy& proxy, const std::string& host, uint16_t port) {
  const std::string name = HostAndPort(host, port);
  std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", name);
  if (!proxy.user.empty()) {
    request += fmt::format("Proxy-Authorization: Basic {}\r\n",
                           core::Base64Encode(proxy.user + ":" + proxy.password));
  }
  RETURN_IF_ERROR(dialogue.Send(request + "\r\n"));
  std::string reply;
  while (!reply.ends_with("\r\n\r\n")) {
    if (reply.size() >= kReplyLimit) return Error("the proxy's answer is too long");
    ASSIGN_OR_RETURN(const std::string next, dialogue.Receive(1));
    reply += next;
  }
  const std::string status = reply.substr(0, reply.find('\r'));
  const auto words = core::Split(status, ' ');
  if (!status.starts_with("HTTP/1.") || words.size() < 2) return Error("what answers is no HTTP proxy");
  if (words[1] == "200") return {};
  const bool refused = words[1] == "407";
  return Error(fmt::format("the proxy answered {}{}", core::GoQuote(status),
                           refused ? ": it wants proxy_user_name and proxy_user_password" : ""));
}

std::string Sized(std::string_view text) {
  return std::string(1, static_cast<char>(text.size())) + std::string(text);
}

Result<void> AskSocksProxy(Dialogue& dialogue, const Proxy& proxy, const std::string& host, uint16_t port) {
  using namespace std::string_literals;
  if (host.size() > 255 || proxy.user.size() > 255 || proxy.password.size() > 255)
    return Error("SOCKS5 takes names and passwords of 255 bytes at most");
  RETURN_IF_ERROR(dialogue.Send(proxy.user.empty() ? "\x05\x01\x00"s : "\x05\x02\x00\x02"s));
  ASSIGN_OR_RETURN(const std::string method, dialogue.Receive(2));
  if (method[0] != 5) return Error("what answers is no SOCKS5 proxy");
  if (method[1] == 2 && !proxy.user.empty()) {
    RETURN_IF_ERROR(dialogue.Send("\x01"s + Sized(proxy.user) + Sized(proxy.password)));
    ASSIGN_OR_RETURN(const std::string verdict, dialogue.Receive(2));
    if (verdict[1] != 0) return Error("the proxy refused proxy_user_name and proxy_user_password");
  } else if (method[1] != 0) {
    return Error("the proxy wants another way of signing in than a name and a password");
  }
  const char bytes[] = {static_cast<char>(port >> 8), static_cast<char>(port & 0xFF)};
  RETURN_IF_ERROR(dialogue.Send("\x05\x01\x00\x03"s + Sized(host) + std::string(bytes, 2)));
  ASSIGN_OR_RETURN(const std::string reply, dialogue.Receive(5));
  static constexpr std::array<std::string_view, 9> kReasons = {"",
                                                               "general failure",
                                                               "not allowed by its rules",
                                                               "network unreachable",
                                                               "host unreachable",
                                                               "connection refused",
                                                               "time to live expired",
                                                               "command not supported",
                                                               "address type not supported"};
  const auto code = static_cast<unsigned char>(reply[1]);
  if (code != 0)
    return Error(fmt::format("the proxy could not connect: {}",
                             code < kReasons.size() ? kReasons[code] : "unknown reason"));
  // The address it speaks from, of which a byte has been read, and a port.
  const size_t left = reply[3] == 1   ? 3 + 2
                      : reply[3] == 4 ? 15 + 2
                                      : size_t{static_cast<unsigned char>(reply[4])} + 2;
  ASSIGN_OR_RETURN(const std::string ignored, dialogue.Receive(left));
  return {};
}

}  // namespace

Result<UniqueFd> Dial(const std::string& host, uint16_t port, const std::optional<Proxy>& proxy,
                      Deadline deadline, std::stop_token stop) {
  if (!proxy) return DialDirectly(host, port, deadline, stop);
  auto fd = DialDirectly(proxy->host, proxy->port, deadline, stop);
  if (!fd.ok()) return Error("Error connecting to proxy: " + fd.error().message());
  Dialogue dialogue(fd->get(), deadline, stop);
  auto asked = proxy->scheme == "http" ? AskHttpProxy(dialogue, *proxy, host, port)
                                       : AskSocksProxy(dialogue, *proxy, host, port);
  if (!asked.ok())
    return Error(fmt::format("Error connecting through proxy {}:{}: {}", proxy->host, proxy->port,
                             asked.error().message()));
  return fd;
}

}  // namespace base::ssh
