// A pool of at most n threads, started as they are needed.
// Not a scheduler: no priorities, no dependencies (engine/graph has those).
// Used by the apply walk, refresh batches and downloads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace base::core {

class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  // Runs what was submitted to its end (dropped after RequestStop), then joins.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Tasks may submit tasks. After RequestStop it is dropped and false comes back.
  bool Submit(std::function<void()> task);
  // Until no task waits or runs. Not from inside a task.
  void Wait();
  // Drops waiting tasks; running ones see it by their token.
  void RequestStop();
  std::stop_token stop_token() const { return stop_.get_token(); }
  int size() const { return limit_; }

 private:
  void Work();

  const int limit_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable work_, idle_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  int running_ = 0;
  int waiting_threads_ = 0;
  bool closing_ = false;
};

}  // namespace base::core
