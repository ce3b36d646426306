#include "base/ssh/tunnel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace base::ssh {

constexpr int kSliceMilliseconds = 1000;

using core::Error;
using core::Result;

Result<std::unique_ptr<Tunnel>> Tunnel::Open(std::unique_ptr<Session> bastion, const std::string& host,
                                             uint16_t port, Deadline deadline, std::stop_token stop) {
  std::unique_ptr<Tunnel> made(new Tunnel(std::move(bastion)));
  Session& session = *made->bastion_;
  const Library& library = session.library();
  const Cutoff cutoff(session.fd(), deadline, stop);
  made->channel_ = library.ssh_channel_new(session.raw());
  if (made->channel_ == nullptr ||
      library.ssh_channel_open_forward(made->channel_, host.c_str(), port, "127.0.0.1", 0) != SSH_OK)
    return Error(
        fmt::format("the bastion could not connect to {}: {}", HostAndPort(host, port), session.LastError()));
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return core::ErrnoError("socketpair", errno);
  made->ours_ = core::UniqueFd(ends[0]);
  made->theirs_ = core::UniqueFd(ends[1]);
  made->thread_ = std::thread([tunnel = made.get()] { tunnel->Run(); });
  return made;
}

Tunnel::~Tunnel() {
  over_ = true;
  if (ours_.valid()) ::shutdown(ours_.get(), SHUT_RDWR);
  ::shutdown(bastion_->fd(), SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  if (channel_ != nullptr) bastion_->library().ssh_channel_free(channel_);
}

void Tunnel::Run() {
  const Library& library = bastion_->library();
  ssh_channel_callbacks_struct callbacks{};
  callbacks.size = sizeof callbacks;
  callbacks.userdata = this;
  callbacks.channel_data_function = [](ssh_session, ssh_channel, void* data, uint32_t length, int,
                                       void* self) {
    return static_cast<Tunnel*>(self)->FromBastion({static_cast<const char*>(data), length});
  };
  callbacks.channel_close_function = [](ssh_session, ssh_channel, void* self) {
    static_cast<Tunnel*>(self)->over_ = true;
  };
  callbacks.channel_eof_function = callbacks.channel_close_function;
  library.ssh_add_channel_callbacks(channel_, &callbacks);
  ssh_event event = library.ssh_event_new();
  library.ssh_event_add_session(event, bastion_->raw());
  while (!over_ && bastion_->IsConnected()) {
    // What is read here can be sent on at once: a write that had to wait would be interrupted by the next.
    const uint32_t window = library.ssh_channel_window_size(channel_);
    pollfd waited[] = {
        {.fd = bastion_->fd(), .events = POLLIN, .revents = 0},
        {.fd = ours_.get(), .events = static_cast<short>(window > 0 ? POLLIN : 0), .revents = 0}};
    ::poll(waited, 2, kSliceMilliseconds);
    if (library.ssh_event_dopoll(event, 0) == SSH_ERROR) break;
    if (waited[1].revents != 0) ToBastion(window);
  }
  ::shutdown(ours_.get(), SHUT_RDWR);
  library.ssh_event_remove_session(event, bastion_->raw());
  library.ssh_event_free(event);
  library.ssh_remove_channel_callbacks(channel_, &callbacks);
}

void Tunnel::ToBastion(uint32_t window) {
  char bytes[16 << 10];
  const ssize_t got = ::recv(ours_.get(), bytes, std::min<size_t>(sizeof bytes, window), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 || bastion_->library().ssh_channel_write(channel_, bytes, static_cast<uint32_t>(got)) !=
                      static_cast<int>(got))
    over_ = true;
}

// Waits for the other end, whose thread reads whenever it waits itself.
int Tunnel::FromBastion(std::string_view bytes) {
  const int length = static_cast<int>(bytes.size());
  while (!bytes.empty() && !over_) {
    const ssize_t sent = ::send(ours_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN) {
      pollfd waited{.fd = ours_.get(), .events = POLLOUT, .revents = 0};
      ::poll(&waited, 1, 100);
    } else if (errno != EINTR) {
      over_ = true;
    }
  }
  return length;
}

}  // namespace base::ssh
