#include "base/ssh/client.h"

#include <fmt/format.h>

#include "base/ssh/command.h"
#include "base/ssh/copy.h"
#include "base/ssh/dial.h"
#include "base/ssh/tunnel.h"

namespace base::ssh {

using core::Error;
using core::Result;

struct Client::Impl {
  std::unique_ptr<Tunnel> tunnel;  // null: none
  std::unique_ptr<Session> session;
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::Connect(const Route& route, Deadline deadline, std::stop_token stop) {
  const Account& first = route.bastion ? *route.bastion : route.target;
  ASSIGN_OR_RETURN(core::UniqueFd fd, Dial(first.host, first.port, route.proxy, deadline, stop));
  auto impl = std::make_unique<Impl>();
  if (route.bastion) {
    auto bastion = Session::Open(std::move(fd), *route.bastion, deadline, stop);
    if (!bastion.ok()) return Error("Error connecting to bastion: " + bastion.error().message());
    auto tunnel = Tunnel::Open(std::move(*bastion), route.target.host, route.target.port, deadline, stop);
    if (!tunnel.ok()) return Error("Error connecting through bastion: " + tunnel.error().message());
    impl->tunnel = std::move(*tunnel);
    fd = impl->tunnel->TakeDescriptor();
  }
  ASSIGN_OR_RETURN(impl->session, Session::Open(std::move(fd), route.target, deadline, stop));
  return Client(std::move(impl));
}

Result<CommandEnd> Client::Run(const std::string& line, const RunOptions& options) {
  ASSIGN_OR_RETURN(const auto command,
                   Command::Start(
                       *impl_->session, line, options.with_terminal,
                       [&](std::string_view piece, bool) { options.on_output(piece); }, options.stop));
  return command->Wait();
}

Result<void> Client::CopyText(std::string_view text, const std::string& path, mode_t mode, bool windows,
                              std::stop_token stop) {
  return SendText(*impl_->session, text, path, mode, windows, std::move(stop));
}

Result<void> Client::CopyFile(const std::string& local, const std::string& path, bool windows,
                              std::stop_token stop) {
  return SendFile(*impl_->session, local, path, windows, std::move(stop));
}

Result<void> Client::CopyFolder(const std::string& local, const std::string& path, bool windows,
                                std::stop_token stop) {
  return SendFolder(*impl_->session, local, path, windows, std::move(stop));
}

std::string ShellQuote(std::string_view text) {
  std::string out;
  if (text.starts_with("~/")) {
    out = "~/";
    text.remove_prefix(2);
    if (text.empty()) return out;
  }
  out += '\'';
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

}  // namespace base::ssh
