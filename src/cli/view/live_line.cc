#include "cli/view/live_line.h"

namespace cli::view {
namespace {

constexpr std::chrono::milliseconds kPeriod(150);

}  // namespace

LiveLine::LiveLine(Terminal& terminal, std::chrono::milliseconds delay)
    : terminal_(terminal), delay_(delay) {}

LiveLine::~LiveLine() {
  thread_ = {};
  terminal_.SetFooter("");
}

void LiveLine::Begin(std::string_view what) {
  if (!terminal_.live()) return;
  std::lock_guard lock(mutex_);
  since_ = std::chrono::steady_clock::now();
  if (what_.empty()) first_ = since_;
  what_ = what;
  done_ = running_ = total_ = 0;
  rate_ = {};
  if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
  changed_.notify_one();
}

void LiveLine::Count(const WorkCounts& counts) {
  done_ = counts.done;
  running_ = counts.running;
  total_ = counts.total;
}

void LiveLine::End() {
  std::lock_guard lock(mutex_);
  what_.clear();
  terminal_.SetFooter("");
}

void LiveLine::Run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (what_.empty()) {
      changed_.wait(lock, stop, [&] { return !what_.empty(); });
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    const WorkCounts counts{done_, running_, total_};
    rate_.Add(counts.done, now);
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
    if (now - first_ >= delay_)
      terminal_.SetFooter(
          ProgressBarText(what_, counts, rate_.PerSecond(), elapsed, terminal_.CurrentWidth()));
    changed_.wait_for(lock, stop, kPeriod, [] { return false; });
  }
}

}  // namespace cli::view
