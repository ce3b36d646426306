#include "base/ssh/command.h"

#include <algorithm>

namespace base::ssh {
namespace {

using core::Error;
using core::Result;

constexpr int kSliceMilliseconds = 100;  // between looks at the stop token
constexpr std::chrono::seconds kStartLimit{60};
constexpr size_t kPieceLimit = 32u << 10;

}  // namespace

Result<std::unique_ptr<Command>> Command::Start(Session& session, const std::string& line, bool with_terminal,
                                                Output output, std::stop_token stop) {
  std::unique_ptr<Command> made(new Command(session, std::move(output), std::move(stop)));
  const Cutoff cutoff(session.fd(), Deadline::clock::now() + kStartLimit, made->stop_);
  RETURN_IF_ERROR(made->Open(line, with_terminal));
  return made;
}

Result<void> Command::Open(const std::string& line, bool with_terminal) {
  const Library& library = session_.library();
  channel_ = library.ssh_channel_new(session_.raw());
  if (channel_ == nullptr) return Lost();
  callbacks_.size = sizeof callbacks_;
  callbacks_.userdata = this;
  callbacks_.channel_data_function = [](ssh_session, ssh_channel, void* data, uint32_t length, int is_stderr,
                                        void* self) {
    static_cast<Command*>(self)->output_({static_cast<const char*>(data), length}, is_stderr != 0);
    return static_cast<int>(length);
  };
  callbacks_.channel_close_function = [](ssh_session, ssh_channel, void* self) {
    static_cast<Command*>(self)->closed_ = true;
  };
  callbacks_.channel_exit_status_function = [](ssh_session, ssh_channel, int code, void* self) {
    static_cast<Command*>(self)->code_ = code;
  };
  callbacks_.channel_exit_signal_function = [](ssh_session, ssh_channel, const char* name, int, const char*,
                                               const char*, void* self) {
    static_cast<Command*>(self)->signal_ = name != nullptr ? name : "unknown";
  };
  if (library.ssh_channel_open_session(channel_) != SSH_OK ||
      library.ssh_add_channel_callbacks(channel_, &callbacks_) != SSH_OK ||
      (with_terminal && library.ssh_channel_request_pty_size(channel_, "xterm", 80, 40) != SSH_OK) ||
      library.ssh_channel_request_exec(channel_, line.c_str()) != SSH_OK) {
    return Lost();
  }
  event_ = library.ssh_event_new();
  if (event_ == nullptr || library.ssh_event_add_session(event_, session_.raw()) != SSH_OK) return Lost();
  return {};
}

Command::~Command() {
  const Library& library = session_.library();
  if (channel_ != nullptr) {
    library.ssh_remove_channel_callbacks(channel_, &callbacks_);
    if (session_.IsConnected()) library.ssh_channel_close(channel_);
  }
  if (event_ != nullptr) {
    library.ssh_event_remove_session(event_, session_.raw());
    library.ssh_event_free(event_);
  }
  if (channel_ != nullptr) library.ssh_channel_free(channel_);
}

Error Command::Lost() const {
  if (stop_.stop_requested()) return Error("the run was interrupted");
  return Error("the connection broke: " + session_.LastError());
}

Result<void> Command::ReadUntil(const std::function<bool()>& enough) {
  const Library& library = session_.library();
  while (!enough() && !closed_) {
    if (stop_.stop_requested()) return Lost();
    const int rc = library.ssh_event_dopoll(event_, kSliceMilliseconds);
    if (closed_ || enough()) break;
    if (rc == SSH_ERROR || !session_.IsConnected()) return Lost();
  }
  return {};
}

Result<void> Command::Write(std::string_view bytes) {
  const Cutoff cutoff(session_.fd(), std::nullopt, stop_);
  while (!bytes.empty()) {
    const int written = session_.library().ssh_channel_write(
        channel_, bytes.data(), static_cast<uint32_t>(std::min(bytes.size(), kPieceLimit)));
    if (written <= 0) return Lost();
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<void> Command::CloseInput() {
  return session_.library().ssh_channel_send_eof(channel_) == SSH_OK ? Result<void>() : Lost();
}

Result<CommandEnd> Command::Wait() {
  RETURN_IF_ERROR(ReadUntil([] { return false; }));
  if (!signal_.empty()) return CommandEnd{.code = 0, .signal = signal_};
  if (!code_) return Error("the other side told neither exit status nor signal: the connection was cut");
  return CommandEnd{.code = *code_, .signal = {}};
}

}  // namespace base::ssh
