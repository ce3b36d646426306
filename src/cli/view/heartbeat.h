// The thread behind a view of progress: tells every ten seconds of what is still under way, and brings out
// lines that wait in the terminal's buffer. Not the words (progress_view.cc, json_progress.cc).
// Used by the views that implement the engine's hooks.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "cli/view/running.h"
#include "cli/view/style.h"
#include "engine/run/hooks.h"

namespace cli::view {

// All but the constructor is to be called with the mutex held; `tell` is.
class Heartbeat {
 public:
  using Tell = std::function<void(const RunningOperations::Due&)>;
  Heartbeat(Terminal& terminal, std::chrono::milliseconds period, Tell tell);
  ~Heartbeat();  // brings out what waits

  std::mutex& mutex() { return mutex_; }
  // See RunningOperations.
  void Start(std::string address, std::string_view what, std::string id);
  void Finish(std::string_view address) { running_.Finish(address); }
  // Within some hundredths of a second, together with what else is printed.
  void PrintSoon(std::string_view text);

 private:
  void Wake();
  void Tick(std::stop_token stop);

  Terminal& terminal_;
  const Tell tell_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  RunningOperations running_;
  bool unflushed_ = false;
  bool asleep_ = false;  // the thread waits for something to happen
  std::jthread thread_;
};

// By what an operation is known while it runs: a deposed object is one beside the current one.
std::string OperationName(const engine::run::ResourceInstance& address, std::string_view deposed);

}  // namespace cli::view
