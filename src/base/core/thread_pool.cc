#include "base/core/thread_pool.h"

#include <algorithm>

namespace base::core {

ThreadPool::ThreadPool(int threads) : limit_(std::max(threads, 1)) {}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_all();
  // A running task may still submit and thereby start a thread, so the list is read under the lock.
  for (;;) {
    std::vector<std::thread> threads;
    {
      std::lock_guard lock(mutex_);
      threads.swap(threads_);
    }
    if (threads.empty()) return;
    for (std::thread& thread : threads) thread.join();
  }
}

bool ThreadPool::Submit(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (stop_.stop_requested()) return false;
    queue_.push_back(std::move(task));
    const bool all_busy = waiting_threads_ < static_cast<int>(queue_.size());
    if (all_busy && static_cast<int>(threads_.size()) < limit_) threads_.emplace_back([this] { Work(); });
  }
  work_.notify_one();
  return true;
}

void ThreadPool::Wait() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return queue_.empty() && running_ == 0; });
}

void ThreadPool::RequestStop() {
  std::deque<std::function<void()>> dropped;
  {
    std::lock_guard lock(mutex_);
    dropped.swap(queue_);
  }
  stop_.request_stop();
  idle_.notify_all();
}

void ThreadPool::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++waiting_threads_;
    work_.wait(lock, [&] { return closing_ || !queue_.empty(); });
    --waiting_threads_;
    if (queue_.empty()) return;
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    if (--running_ == 0 && queue_.empty()) idle_.notify_all();
  }
}

}  // namespace base::core
