// What the tests have made and not destroyed yet, at any moment: for when the process must end at once.
// Not a state: addresses only. Safe from several threads.
// Kept by file_runner and run_block; read when the user interrupts a second time.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "language/address/address.h"

namespace engine::test {

// An object that is there: the current one of the instance, or a deposed one.
struct Leftover {
  language::address::ResourceInstance address;
  std::string deposed;
};

class Inventory {
 public:
  // What one state holds, and who changed it last. `source`: of the module; empty for the one under test.
  struct Held {
    std::string run, source;
    std::vector<Leftover> objects;
    std::vector<std::string> creating;  // under way: may be there or not
  };
  struct Contents {
    std::string file;
    std::vector<Held> held;
  };

  void Begin(const std::string& file) {
    std::lock_guard lock(mutex_);
    contents_ = {};
    file_ = file;
  }
  void Creating(const std::string& key, const std::string& run, const std::string& source,
                std::vector<std::string> addresses) {
    std::lock_guard lock(mutex_);
    Held& held = contents_[key];
    held.run = run;
    held.source = source;
    held.creating = std::move(addresses);
  }
  void Holds(const std::string& key, const std::string& run, const std::string& source,
             std::vector<Leftover> objects) {
    std::lock_guard lock(mutex_);
    contents_[key] = {run, source, std::move(objects), {}};
  }
  Contents Look() const {
    std::lock_guard lock(mutex_);
    Contents contents{.file = file_};
    for (const auto& [key, held] : contents_)
      if (!held.objects.empty() || !held.creating.empty()) contents.held.push_back(held);
    return contents;
  }

 private:
  mutable std::mutex mutex_;
  std::string file_;
  std::map<std::string, Held> contents_;  // by state
};

}  // namespace engine::test
