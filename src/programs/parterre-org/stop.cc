#include <csignal>
#include <cstdio>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "programs/parterre-org/start.h"

namespace programs::parterre_org {
namespace {

// A process id that was left behind may belong to some other program by now.
bool IsOurs(pid_t pid) {
  auto command = base::core::ReadFile(fmt::format("/proc/{}/cmdline", pid), 1 << 20);
  if (!command.ok()) return false;
  std::string_view program = std::string_view(*command).substr(0, command->find('\0'));
  return base::core::BaseName(program) == "parterre-org";
}

}  // namespace

int Stop(const StopOptions& options) {
  if (!base::core::Exists(options.pid_file)) {
    fmt::print("No org is running ({} does not exist).\n", options.pid_file);
    return 0;
  }
  auto text = base::core::ReadFile(options.pid_file, 100);
  auto pid = text.ok() ? base::core::ParseInt64(base::core::Trim(*text)) : std::nullopt;
  if (!pid || *pid <= 1) {
    fmt::print(stderr, "parterre-org: {} holds no process id\n", options.pid_file);
    return 1;
  }
  // Held before the check, the descriptor stays with the process that was checked.
  base::core::UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(*pid), 0)));
  if (!process.valid() || !IsOurs(static_cast<pid_t>(*pid))) {
    (void)base::core::RemoveFile(options.pid_file);
    fmt::print("No org is running.\n");
    return 0;
  }
  if (syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, nullptr, 0) != 0) {
    fmt::print(stderr, "parterre-org: the org (process {}) cannot be told to end\n", *pid);
    return 1;
  }
  pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
  if (poll(&ended, 1, static_cast<int>(options.timeout.count())) != 1) {
    fmt::print(stderr, "parterre-org: the org (process {}) has not ended in time\n", *pid);
    return 1;
  }
  fmt::print("The org has ended.\n");
  return 0;
}

}  // namespace programs::parterre_org
