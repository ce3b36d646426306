// Ends what blocks on a connection: once the time is over or the run is stopped, the connection is shut down,
// and whoever reads or writes it gets an error. Not for the calls that take a stop token themselves.
// Used around calls of libssh.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <sys/socket.h>

namespace base::ssh {

using Deadline = std::chrono::steady_clock::time_point;

class Cutoff {
 public:
  // `fd` stays open at least as long as this.
  Cutoff(int fd, std::optional<Deadline> deadline, std::stop_token stop)
      : watcher_([this, fd, deadline, stop = std::move(stop)](std::stop_token own) {
          const std::stop_callback on_stop(stop, [this] {
            std::lock_guard lock(mutex_);
            stopped_ = true;
            changed_.notify_all();
          });
          std::unique_lock lock(mutex_);
          const auto over = [this] { return stopped_; };
          if (deadline) {
            changed_.wait_until(lock, own, *deadline, over);
          } else {
            changed_.wait(lock, own, over);
          }
          if (!own.stop_requested()) ::shutdown(fd, SHUT_RDWR);
        }) {}
  Cutoff(const Cutoff&) = delete;
  Cutoff& operator=(const Cutoff&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool stopped_ = false;
  std::jthread watcher_;  // last: it ends before what it uses goes
};

}  // namespace base::ssh
