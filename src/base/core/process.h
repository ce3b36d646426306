// Child processes by posix_spawn: own process group, nothing inherited but the three standard streams.
// Not a shell. Used by the git fetcher, provisioners, the plugin client and tests.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/core/files.h"
#include "base/core/result.h"

namespace base::core {

struct ProcessSpec {
  std::vector<std::string> argv;                        // argv[0] is looked up in PATH unless it has a slash
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; ours when absent
  std::string directory;                                // to start in; ours when empty
};

struct ExitStatus {
  int code = 0;    // exit code; 128 + signal when it was killed
  int signal = 0;  // 0 when it exited by itself
};

enum class Stream { kNull, kPipe, kInherit, kLikeOut };  // kLikeOut: stderr goes where stdout does

// A running child. The destructor kills the whole group and reaps the child.
class Child {
 public:
  static Result<Child> Start(const ProcessSpec& spec, Stream in, Stream out, Stream err);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }  // readable once it has exited; negative on kernels without it
  UniqueFd& in() { return in_; }              // our ends of the pipes
  UniqueFd& out() { return out_; }
  UniqueFd& err() { return err_; }

  // To the whole process group; harmless once it has been reaped.
  void Signal(int signal);
  ExitStatus Wait();
  // Nothing when it still runs after the timeout.
  std::optional<ExitStatus> WaitFor(std::chrono::milliseconds timeout);
  // SIGTERM, then SIGKILL once the grace time is over.
  ExitStatus Stop(std::chrono::milliseconds grace);
  // Lets it run on when this object goes, for programs that are a person's own from then on: browsers.
  void Leave() { pid_ = -1; }

 private:
  Child() = default;
  pid_t pid_ = -1;
  UniqueFd pidfd_, in_, out_, err_;
  std::optional<ExitStatus> status_;
};

struct RunOptions {
  std::string input;  // what the child reads on its standard input
  // Called with pieces of output as they come, from the calling thread; the texts below then stay empty.
  std::function<void(std::string_view piece, bool is_stderr)> on_output;
  bool join_output = false;                    // stderr is written into stdout, in the child's order
  bool inherit_output = false;                 // the child writes to our own stdout and stderr
  size_t output_limit = 64u << 20;             // bytes kept per stream; the rest is read and dropped
  std::chrono::milliseconds timeout{0};        // 0: none; then as on a stop
  std::chrono::milliseconds stop_grace{5000};  // between SIGTERM and SIGKILL
  std::stop_token stop;
};

struct RunResult {
  ExitStatus status;
  std::string out;
  std::string err;
  bool truncated = false;
  bool stopped = false;  // by the token
  bool timed_out = false;
};

// Runs to its end. An error means that the program could not be started.
Result<RunResult> RunProcess(const ProcessSpec& spec, const RunOptions& options = {});

// Full path of a program as execvp would find it in `path_variable` (a PATH), or nothing.
std::optional<std::string> FindProgram(std::string_view name, std::string_view path_variable);

}  // namespace base::core
