#include "cli/session/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <thread>

namespace cli::session {

InterruptWatcher::InterruptWatcher(std::function<void()> on_first, std::function<void()> on_second) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  end_event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  thread_ = std::make_unique<std::jthread>(
      [this, on_first = std::move(on_first), on_second = std::move(on_second)] {
        bool interrupted = false;
        while (true) {
          pollfd waits[2] = {{signals_, POLLIN, 0}, {end_event_, POLLIN, 0}};
          if (poll(waits, 2, -1) < 0) continue;
          if (waits[1].revents) return;
          signalfd_siginfo info;
          if (read(signals_, &info, sizeof(info)) != sizeof(info)) continue;
          if (interrupted) {
            on_second();
            std::lock_guard lock(words_mutex_);
            if (last_words_) last_words_();
            _exit(1);
          }
          interrupted = true;
          on_first();
          source_.request_stop();
          uint64_t one = 1;
          (void)!write(event_, &one, sizeof(one));
        }
      });
}

InterruptWatcher::~InterruptWatcher() {
  uint64_t one = 1;
  (void)!write(end_event_, &one, sizeof(one));
  thread_.reset();
  for (int fd : {event_, end_event_, signals_})
    if (fd >= 0) close(fd);
}

}  // namespace cli::session
