#include "base/core/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/core/strings.h"

namespace base::core {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return ErrnoError("pipe", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

struct SpawnActions {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnActions() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnActions() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
};

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// Connects one standard stream of the child; returns our end when it is a pipe.
Result<void> Connect(int target, Stream stream, SpawnActions* spawn, UniqueFd* ours, UniqueFd* theirs) {
  if (stream == Stream::kInherit) {
    // Keeps the descriptor although everything else is closed on exec.
    ::posix_spawn_file_actions_adddup2(&spawn->actions, target, target);
    return {};
  }
  if (stream == Stream::kLikeOut) {
    ::posix_spawn_file_actions_adddup2(&spawn->actions, 1, target);
    return {};
  }
  if (stream == Stream::kNull) {
    ::posix_spawn_file_actions_addopen(&spawn->actions, target, "/dev/null",
                                       target == 0 ? O_RDONLY : O_WRONLY, 0);
    return {};
  }
  ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
  *ours = std::move(target == 0 ? pipe.write : pipe.read);
  *theirs = std::move(target == 0 ? pipe.read : pipe.write);
  ::posix_spawn_file_actions_adddup2(&spawn->actions, theirs->get(), target);
  return {};
}

ExitStatus FromWait(int status) {
  if (WIFSIGNALED(status)) return {128 + WTERMSIG(status), WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

// The pump's state for one of the child's output streams.
struct Sink {
  UniqueFd* fd;
  std::string* text;
  bool is_stderr;
};

void Drain(Sink& sink, const RunOptions& options, RunResult* result) {
  char buffer[16384];
  const ssize_t got = ::read(sink.fd->get(), buffer, sizeof buffer);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) {
    sink.fd->Close();
    return;
  }
  const std::string_view piece(buffer, static_cast<size_t>(got));
  if (options.on_output) {
    options.on_output(piece, sink.is_stderr);
    return;
  }
  const size_t room = options.output_limit - std::min(options.output_limit, sink.text->size());
  sink.text->append(piece.substr(0, room));
  if (piece.size() > room) result->truncated = true;
}

void Feed(UniqueFd& in, std::string_view* input) {
  const ssize_t put = ::write(in.get(), input->data(), input->size());
  if (put > 0) input->remove_prefix(static_cast<size_t>(put));
  const bool broken = put < 0 && errno != EINTR && errno != EAGAIN;
  if (input->empty() || broken) in.Close();
}

// write() to a child that has gone must fail, not kill us; only this thread's mask is touched.
class BlockSigpipe {
 public:
  BlockSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~BlockSigpipe() {
    const timespec zero{};
    if (!sigismember(&old_, SIGPIPE)) {
      while (::sigtimedwait(&pipe_, nullptr, &zero) == SIGPIPE) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }

 private:
  sigset_t pipe_, old_;
};

}  // namespace

Result<Child> Child::Start(const ProcessSpec& spec, Stream in, Stream out, Stream err) {
  CHECK(!spec.argv.empty());
  Child child;
  SpawnActions spawn;
  UniqueFd their_in, their_out, their_err;
  RETURN_IF_ERROR(Connect(0, in, &spawn, &child.in_, &their_in));
  RETURN_IF_ERROR(Connect(1, out, &spawn, &child.out_, &their_out));
  RETURN_IF_ERROR(Connect(2, err, &spawn, &child.err_, &their_err));
  ::posix_spawn_file_actions_addclosefrom_np(&spawn.actions, 3);
  if (!spec.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&spawn.actions, spec.directory.c_str());

  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT, SIGCHLD}) sigaddset(&defaults, signal);
  ::posix_spawnattr_setsigmask(&spawn.attributes, &none);
  ::posix_spawnattr_setsigdefault(&spawn.attributes, &defaults);
  ::posix_spawnattr_setpgroup(&spawn.attributes, 0);
  ::posix_spawnattr_setflags(&spawn.attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  const std::vector<char*> argv = Pointers(spec.argv);
  const std::vector<std::string> environment = spec.environment.value_or(std::vector<std::string>());
  const std::vector<char*> envp = Pointers(environment);
  const int error = ::posix_spawnp(&child.pid_, argv[0], &spawn.actions, &spawn.attributes, argv.data(),
                                   spec.environment ? envp.data() : environ);
  if (error != 0) {
    child.pid_ = -1;
    return ErrnoError("exec " + GoQuote(spec.argv[0]), error);
  }
  child.pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0)));
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      in_(std::move(other.in_)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      status_(other.status_) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(in_, other.in_);
  std::swap(out_, other.out_);
  std::swap(err_, other.err_);
  std::swap(status_, other.status_);
  return *this;
}

Child::~Child() {
  if (pid_ < 0 || status_) return;
  Signal(SIGKILL);
  Wait();
}

void Child::Signal(int signal) {
  if (pid_ > 0 && !status_) ::kill(-pid_, signal);
}

ExitStatus Child::Wait() {
  if (status_) return *status_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = FromWait(status);
  return *status_;
}

std::optional<ExitStatus> Child::WaitFor(std::chrono::milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  for (;;) {
    if (status_) return status_;
    int status = 0;
    const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
    if (reaped == pid_) return status_ = FromWait(status);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd wait{pidfd_.get(), POLLIN, 0};
    ::poll(&wait, 1, static_cast<int>(std::min<int64_t>(left.count(), pidfd_.valid() ? 1 << 30 : 10)));
  }
}

ExitStatus Child::Stop(std::chrono::milliseconds grace) {
  Signal(SIGTERM);
  if (auto status = WaitFor(grace)) return *status;
  Signal(SIGKILL);
  return Wait();
}

Result<RunResult> RunProcess(const ProcessSpec& spec, const RunOptions& options) {
  const Stream output = options.inherit_output ? Stream::kInherit : Stream::kPipe;
  const Stream input = options.input.empty() ? Stream::kNull : Stream::kPipe;
  ASSIGN_OR_RETURN(Child child,
                   Child::Start(spec, input, output, options.join_output ? Stream::kLikeOut : output));
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  std::stop_callback on_stop(options.stop, [&] {
    const uint64_t one = 1;
    (void)!::write(wake.get(), &one, sizeof one);
  });

  RunResult result;
  BlockSigpipe block_sigpipe;
  std::string_view rest = options.input;
  if (child.in().valid()) ::fcntl(child.in().get(), F_SETFL, O_NONBLOCK);
  std::vector<Sink> sinks = {{&child.out(), &result.out, false}, {&child.err(), &result.err, true}};
  auto deadline =
      options.timeout.count() > 0 ? SteadyClock::now() + options.timeout : SteadyClock::time_point::max();
  bool terminated = false;
  bool killed = false;
  std::optional<ExitStatus> exited;
  // Ends when the child has exited and its pipes are drained; grandchildren that keep them open get no say.
  for (;;) {
    if (!exited) exited = child.WaitFor(std::chrono::milliseconds(0));
    std::vector<pollfd> polls;
    for (Sink& sink : sinks) polls.push_back({sink.fd->get(), POLLIN, 0});  // negative ones are skipped
    polls.push_back({child.in().get(), POLLOUT, 0});
    polls.push_back({terminated ? -1 : wake.get(), POLLIN, 0});
    polls.push_back({exited ? -1 : child.pidfd(), POLLIN, 0});
    int timeout = -1;
    if (exited) {
      timeout = 0;
    } else if (deadline != SteadyClock::time_point::max()) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
      timeout = static_cast<int>(std::clamp<int64_t>(left + 1, 0, 1 << 30));
    }
    const int ready = ::poll(polls.data(), polls.size(), timeout);
    if (ready < 0 && errno != EINTR) return ErrnoError("poll", errno);
    if (exited && ready <= 0) break;
    for (size_t i = 0; ready > 0 && i < sinks.size(); ++i) {
      if (polls[i].revents != 0) Drain(sinks[i], options, &result);
    }
    if (ready > 0 && polls[2].revents != 0) Feed(child.in(), &rest);
    const bool stop = ready > 0 && polls[3].revents != 0;
    const bool late = !exited && SteadyClock::now() >= deadline;
    if (stop || (late && !terminated)) {
      result.stopped = stop;
      result.timed_out = !stop;
      terminated = true;
      child.Signal(SIGTERM);
      deadline = SteadyClock::now() + options.stop_grace;
    } else if (late && !killed) {
      killed = true;
      child.Signal(SIGKILL);
      deadline = SteadyClock::time_point::max();
    }
  }
  result.status = *exited;
  return result;
}

std::optional<std::string> FindProgram(std::string_view name, std::string_view path_variable) {
  auto executable = [](const std::string& path) {
    return IsRegularFile(path) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string_view::npos) {
    if (executable(std::string(name))) return std::string(name);
    return std::nullopt;
  }
  for (std::string_view directory : Split(path_variable, ':')) {
    const std::string path = JoinPath(directory.empty() ? "." : directory, name);
    if (executable(path)) return path;
  }
  return std::nullopt;
}

}  // namespace base::core
