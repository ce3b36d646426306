// ProblemList: what a check finds, each with the path at which it was found.
// Not the checks (plan_valid.cc, compatible.cc), and no diagnostics: the callers know the addresses.
// Not for use outside this room. Base of the checks' classes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "language/schema/proposed.h"

namespace language::schema {

class ProblemList {
 public:
  std::vector<Problem> problems;

 protected:
  void Add(std::string message) { problems.push_back({at_, std::move(message)}); }
  // Runs the check one step further down.
  template <typename Check>
  void At(value::PathStep step, Check check) {
    at_.push_back(std::move(step));
    check();
    at_.pop_back();
  }
  bool AtRoot() const { return at_.empty(); }

 private:
  value::Path at_;
};

}  // namespace language::schema
