// A connection to another machine over SSH: commands, and files copied there.
// Not an interpreter of configurations (provider/provisioner). Used by provisioners.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/core/result.h"
#include "base/ssh/account.h"
#include "base/ssh/cutoff.h"

namespace base::ssh {

struct CommandEnd {
  int code = 0;
  std::string signal;  // "KILL" when it was ended by one; the code says nothing then
};

class Client {
 public:
  // One attempt. Errors hold no secrets.
  static core::Result<Client> Connect(const Route& route, Deadline deadline, std::stop_token stop);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  struct RunOptions {
    bool with_terminal = false;  // then both streams are one, and an interrupted command is hung up
    std::function<void(std::string_view piece)> on_output = [](std::string_view) {};  // of both streams
    std::stop_token stop;
  };
  // Waits for its end. An error is one of the connection, or a stop.
  core::Result<CommandEnd> Run(const std::string& line, const RunOptions& options);

  // By `scp` on the other side, which must be there. Files are made with mode 0644 or the one given,
  // folders with 0755, less
  // the other side's umask; those that exist keep theirs. `path` is quoted for a POSIX shell unless
  // `windows`.
  core::Result<void> CopyText(std::string_view text, const std::string& path, mode_t mode, bool windows,
                              std::stop_token stop);
  core::Result<void> CopyFile(const std::string& local, const std::string& path, bool windows,
                              std::stop_token stop);
  // Its contents where `local` ends with a slash, else itself, into `path`. Symbolic links are followed.
  core::Result<void> CopyFolder(const std::string& local, const std::string& path, bool windows,
                                std::stop_token stop);

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// For a POSIX shell: 'it'\''s'; a leading ~/ stays outside of the quotes.
std::string ShellQuote(std::string_view text);

}  // namespace base::ssh
