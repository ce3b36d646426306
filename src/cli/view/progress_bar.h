// The text of the live line: what is under way, how much of it is done, at which rate, since when. Pure: time
// and width come from outside. Not the terminal and not the thread that redraws (live_line.h). Used by
// LiveLine.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace cli::view {

struct WorkCounts {
  size_t done = 0;
  size_t running = 0;
  size_t total = 0;  // 0: nobody knows; only the time is shown then
  friend bool operator==(const WorkCounts&, const WorkCounts&) = default;
};

// How fast it goes, by what was done in the last ten seconds.
class Rate {
 public:
  using Time = std::chrono::steady_clock::time_point;
  void Add(size_t done, Time now);
  double PerSecond() const;  // 0 while it cannot be told

 private:
  std::deque<std::pair<Time, size_t>> samples_;
};

// "Applying [####......] 12 of 40, 10 running, 18 waiting | 3.2/s | 1m10s | about 9s left", at most width - 1
// columns: what matters least is left out first, then cut off.
std::string ProgressBarText(std::string_view what, const WorkCounts& counts, double rate,
                            std::chrono::milliseconds elapsed, int width);

}  // namespace cli::view
