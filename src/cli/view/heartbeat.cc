#include "cli/view/heartbeat.h"

#include <fmt/format.h>

namespace cli::view {
namespace {

constexpr std::chrono::milliseconds kFlushDelay(50);

}  // namespace

Heartbeat::Heartbeat(Terminal& terminal, std::chrono::milliseconds period, Tell tell)
    : terminal_(terminal), tell_(std::move(tell)), running_(period) {}

Heartbeat::~Heartbeat() {
  thread_ = {};
  terminal_.Flush();
}

void Heartbeat::Start(std::string address, std::string_view what, std::string id) {
  running_.Start(std::move(address), what, std::move(id), std::chrono::steady_clock::now());
  Wake();
}

void Heartbeat::PrintSoon(std::string_view text) {
  terminal_.PrintSoon(text);
  unflushed_ = true;
  Wake();
}

void Heartbeat::Wake() {
  if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { Tick(stop); });
  if (asleep_) changed_.notify_one();
}

void Heartbeat::Tick(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto now = std::chrono::steady_clock::now();
    for (const RunningOperations::Due& due : running_.TakeDue(now)) tell_(due);
    auto next = running_.Next();
    if (!unflushed_ && !next) {
      asleep_ = true;
      changed_.wait(lock, stop, [&] { return unflushed_ || running_.Next(); });
      asleep_ = false;
      continue;
    }
    const bool flush = unflushed_;
    const auto until = flush ? now + kFlushDelay : *next;
    asleep_ = !flush;
    changed_.wait_until(lock, stop, next ? std::min(until, *next) : until,
                        [&] { return !flush && unflushed_; });
    asleep_ = false;
    if (!flush) continue;
    unflushed_ = false;
    terminal_.Flush();
  }
}

std::string OperationName(const engine::run::ResourceInstance& address, std::string_view deposed) {
  std::string out = address.ToString();
  if (!deposed.empty()) out += fmt::format(" (deposed object {})", deposed);
  return out;
}

}  // namespace cli::view
