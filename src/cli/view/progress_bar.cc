#include "cli/view/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/view/progress_view.h"

namespace cli::view {
namespace {

constexpr std::chrono::seconds kWindow(10);
constexpr int kBarWidth = 20;
constexpr std::chrono::milliseconds kTellsTheRest(3000);  // before that an estimate would only jump about

std::string Bar(const WorkCounts& counts) {
  const auto filled = static_cast<int>(counts.done * kBarWidth / counts.total);
  std::string out = "[";
  for (int column = 0; column < kBarWidth; ++column) out += column < filled ? '#' : '.';
  return out + "]";
}

std::string RateText(double rate) {
  return rate >= 100 ? fmt::format("{:.0f}/s", rate) : fmt::format("{:.1f}/s", rate);
}

}  // namespace

void Rate::Add(size_t done, Time now) {
  samples_.emplace_back(now, done);
  while (samples_.size() > 2 && samples_.front().first + kWindow < now) samples_.pop_front();
}

double Rate::PerSecond() const {
  if (samples_.size() < 2) return 0;
  const std::chrono::duration<double> time = samples_.back().first - samples_.front().first;
  if (time.count() < 0.5 || samples_.back().second <= samples_.front().second) return 0;
  return static_cast<double>(samples_.back().second - samples_.front().second) / time.count();
}

std::string ProgressBarText(std::string_view what, const WorkCounts& counts, double rate,
                            std::chrono::milliseconds elapsed, int width) {
  // In the order in which they are shown, with how soon each gives way when there is no room.
  std::vector<std::pair<int, std::string>> parts;
  if (counts.total > 0) {
    const size_t done = std::min(counts.done, counts.total);
    parts.emplace_back(1, " " + Bar({done, counts.running, counts.total}));
    parts.emplace_back(5, fmt::format(" {} of {}", done, counts.total));
    const size_t waiting = counts.total - std::min(counts.total, done + counts.running);
    if (counts.running > 0) parts.emplace_back(3, fmt::format(", {} running", counts.running));
    if (counts.running > 0 && waiting > 0) parts.emplace_back(3, fmt::format(", {} waiting", waiting));
    if (rate > 0) parts.emplace_back(2, " | " + RateText(rate));
  }
  parts.emplace_back(4, (counts.total > 0 ? " | " : " ") + ElapsedText(elapsed));
  if (rate > 0 && elapsed >= kTellsTheRest && counts.done < counts.total) {
    const double seconds = static_cast<double>(counts.total - counts.done) / rate;
    if (seconds >= 1 && seconds < 86400)
      parts.emplace_back(2, " | about " +
                                ElapsedText(std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000))) +
                                " left");
  }
  const auto limit = static_cast<size_t>(std::max(1, width - 1));
  for (int least = 1;; ++least) {
    std::string out(what);
    for (const auto& [weight, text] : parts)
      if (weight >= least) out += text;
    if (out.size() <= limit) return out;
    if (least > 5) return out.substr(0, limit);
  }
}

}  // namespace cli::view
