// LiveLine: the last line of the terminal while something takes long: a bar, or what is being waited for.
// Drawn only after a second, several times a second, and gone without a trace at the end. Off where standard
// output is no terminal (Terminal::live). Not the lines that stay (progress_view.h). Used by ProgressView and
// commands.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "cli/view/progress_bar.h"
#include "cli/view/style.h"

namespace cli::view {

class LiveLine {
 public:
  // delay: how long something may take before it is told of.
  explicit LiveLine(Terminal& terminal, std::chrono::milliseconds delay = std::chrono::seconds(1));
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  // "Reading the state": begins, or goes over to the next thing; time counts from its beginning.
  void Begin(std::string_view what);
  // Cheap, from any thread.
  void Count(const WorkCounts& counts);
  // Takes the line away: before questions, and before what the command has to say.
  void End();

 private:
  void Run(std::stop_token stop);

  Terminal& terminal_;
  const std::chrono::milliseconds delay_;
  std::atomic<size_t> done_ = 0, running_ = 0, total_ = 0;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string what_;                             // empty: nothing
  std::chrono::steady_clock::time_point since_;  // of what is shown
  std::chrono::steady_clock::time_point first_;  // of the first since the last End
  Rate rate_;
  std::jthread thread_;
};

// A wait in a command: the line is there as long as this object.
class Waiting {
 public:
  Waiting(LiveLine& line, std::string_view what) : line_(line) { line_.Begin(what); }
  ~Waiting() { line_.End(); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  LiveLine& line_;
};

}  // namespace cli::view
