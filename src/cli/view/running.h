// The operations under way, and which of them are to be told of again: pure bookkeeping, time comes from
// outside. Not the thread that waits (heartbeat.h). Used by the views of progress.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/core/strings.h"

namespace cli::view {

class RunningOperations {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Due {
    std::string address;
    std::string_view what;
    std::string id;
    std::chrono::milliseconds elapsed;
    std::string Line() const;  // "t.a: Still creating... [id=x, 10s elapsed]"
  };

  explicit RunningOperations(std::chrono::milliseconds period) : period_(period) {}

  // what: "Still creating..."; id: "id=x", or empty.
  void Start(std::string address, std::string_view what, std::string id, Time now);
  void Finish(std::string_view address);
  // In the order of time.
  std::vector<Due> TakeDue(Time now);
  // When to ask again; nothing while nothing runs.
  std::optional<Time> Next();

 private:
  struct Operation {
    uint64_t number = 0;
    std::string_view what;
    std::string id;
    Time start;
  };
  struct Deadline {
    Time time;
    std::string address;
    uint64_t number;
  };
  const Operation* Alive(const Deadline& deadline) const;

  const std::chrono::milliseconds period_;
  uint64_t last_number_ = 0;
  std::unordered_map<std::string, Operation, base::core::StringHash, std::equal_to<>> operations_;
  std::deque<Deadline> deadlines_;  // in order, since the period is the same for all; of finished ones too
};

}  // namespace cli::view
