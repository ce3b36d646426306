#include "cli/view/running.h"

#include <fmt/format.h>

#include "cli/view/progress_view.h"

namespace cli::view {

void RunningOperations::Start(std::string address, std::string_view what, std::string id, Time now) {
  const uint64_t number = ++last_number_;
  operations_.insert_or_assign(address, Operation{number, what, std::move(id), now});
  deadlines_.push_back({now + period_, std::move(address), number});
}

void RunningOperations::Finish(std::string_view address) {
  if (auto found = operations_.find(address); found != operations_.end()) operations_.erase(found);
}

const RunningOperations::Operation* RunningOperations::Alive(const Deadline& deadline) const {
  auto found = operations_.find(deadline.address);
  return found != operations_.end() && found->second.number == deadline.number ? &found->second : nullptr;
}

std::string RunningOperations::Due::Line() const {
  return fmt::format("{}: {} [{}{}{} elapsed]", address, what, id, id.empty() ? "" : ", ",
                     ElapsedText(elapsed));
}

std::vector<RunningOperations::Due> RunningOperations::TakeDue(Time now) {
  std::vector<Due> due;
  while (!deadlines_.empty() && deadlines_.front().time <= now) {
    Deadline deadline = std::move(deadlines_.front());
    deadlines_.pop_front();
    const Operation* operation = Alive(deadline);
    if (operation == nullptr) continue;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - operation->start);
    due.push_back({deadline.address, operation->what, operation->id, elapsed});
    deadline.time = now + period_;
    deadlines_.push_back(std::move(deadline));
  }
  return due;
}

std::optional<RunningOperations::Time> RunningOperations::Next() {
  while (!deadlines_.empty() && Alive(deadlines_.front()) == nullptr) deadlines_.pop_front();
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.front().time;
}

}  // namespace cli::view
