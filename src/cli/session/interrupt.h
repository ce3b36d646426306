// Ctrl-C and SIGTERM: the first asks the run to stop after what is under way, the second ends the process at
// once. What was acknowledged is in the journal by then. One watcher for the process, made by main before any
// other thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace cli::session {

class InterruptWatcher {
 public:
  // Blocks the signals in this thread and those made after it, and waits for them in a thread of its own.
  // `on_first` prints; `on_second` prints before the process ends with status 1.
  InterruptWatcher(std::function<void()> on_first, std::function<void()> on_second);
  ~InterruptWatcher();
  InterruptWatcher(const InterruptWatcher&) = delete;
  InterruptWatcher& operator=(const InterruptWatcher&) = delete;

  // What else is said before the second signal ends the process: called from the watcher's thread.
  void SetLastWords(std::function<void()> words) const {
    std::lock_guard lock(words_mutex_);
    last_words_ = std::move(words);
  }

  std::stop_token stop() const { return source_.get_token(); }
  // Readable once a signal came: for those who wait for input.
  int event_descriptor() const { return event_; }

 private:
  std::stop_source source_;
  mutable std::mutex words_mutex_;
  mutable std::function<void()> last_words_;
  int event_ = -1;
  int end_event_ = -1;
  int signals_ = -1;
  std::unique_ptr<std::jthread> thread_;
};

}  // namespace cli::session
