// A command that runs at the other end: what it reads, what it writes, how it ends.
// Not its text, nor what is to be done about its end. Used by client.cc and copy.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/ssh/client.h"
#include "base/ssh/session.h"

namespace base::ssh {

class Command {
 public:
  // Called from whatever function of this class reads.
  using Output = std::function<void(std::string_view piece, bool is_stderr)>;

  static core::Result<std::unique_ptr<Command>> Start(Session& session, const std::string& line,
                                                      bool with_terminal, Output output,
                                                      std::stop_token stop);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();

  // Reads until `enough` holds, the command has ended, or a stop, which is an error. Nothing is written here.
  core::Result<void> ReadUntil(const std::function<bool()>& enough);
  core::Result<void> Write(std::string_view bytes);
  core::Result<void> CloseInput();
  core::Result<CommandEnd> Wait();
  bool has_ended() const { return closed_; }

 private:
  Command(Session& session, Output output, std::stop_token stop)
      : session_(session), output_(std::move(output)), stop_(std::move(stop)) {}
  core::Result<void> Open(const std::string& line, bool with_terminal);
  core::Error Lost() const;

  Session& session_;
  const Output output_;
  const std::stop_token stop_;
  ssh_channel channel_ = nullptr;
  ssh_event event_ = nullptr;
  ssh_channel_callbacks_struct callbacks_{};
  std::optional<int> code_;
  std::string signal_;
  bool closed_ = false;
};

}  // namespace base::ssh
