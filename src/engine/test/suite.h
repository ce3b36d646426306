// Tests of configurations: runs the blocks of test files one after the other over states of their own, checks
// what they assert and expect, and destroys what they made. Not the files' syntax (engine/config/test_file.h)
// nor how results look (cli/view). Called by the command test.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/changes/plan.h"
#include "engine/config/test_file.h"
#include "engine/run/context.h"
#include "engine/state/state.h"
#include "engine/test/inventory.h"
#include "engine/test/mock_values.h"

namespace engine::test {

using base::diag::Diagnostics;

// Of several, the last in this order is that of the whole.
enum class Status { kPending, kSkip, kPass, kFail, kError };

struct RunResult {
  const config::TestRun* run = nullptr;
  size_t index = 0;  // in the file
  Status status = Status::kPending;
  Diagnostics diagnostics;
  std::optional<std::chrono::system_clock::time_point> started;  // nothing: never was
  std::chrono::nanoseconds duration{0};
  // What it led to, where that is to be shown: the plan of a plan, or the state of an apply.
  std::shared_ptr<const changes::Plan> plan;
  std::shared_ptr<const state::State> state;
};

struct FileResult {
  const config::TestFile* file = nullptr;
  Status status = Status::kPending;
  Diagnostics diagnostics;
  std::vector<RunResult> runs;
};

struct SuiteResult {
  Status status = Status::kPending;
  std::vector<FileResult> files;  // in the order in which they run
  bool stopped = false;           // by the user: what had not begun was skipped
};

// What happens, as it happens; one call at a time.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void SuiteBegun(const SuiteResult&) {}
  virtual void FileBegun(const FileResult&) {}
  virtual void FileTearingDown(const FileResult&) {}
  virtual void FileEnded(const FileResult&) {}
  virtual void RunBegun(const FileResult&, const RunResult&) {}
  virtual void RunEnded(const FileResult&, const RunResult&) {}
  virtual void RunTearingDown(const FileResult&, const RunResult&) {}
  // What the run was the last to change has been destroyed, but for what is left.
  virtual void CleanedUp(const FileResult&, const RunResult&, const Diagnostics&,
                         const std::vector<Leftover>&) {}
  virtual void SuiteEnded(const SuiteResult&) {}
};

struct SuiteOptions {
  const config::TestFiles* files = nullptr;
  std::string test_directory = "tests";
  std::set<std::string> filter;  // names of files; empty: all
  bool keep_results = false;     // plans and states, to be shown
  // Values for all files, and those that count in the test directory beside them.
  config::VariableInputs variables, directory_variables;
  TextSource texts = RandomTexts();
  // Asks for an end after the runs that are under way: everything is destroyed, what has not begun is
  // skipped.
  std::stop_token stop;
  Progress* progress = nullptr;    // never null
  Inventory* inventory = nullptr;  // may be null
};

// `context`: of the configuration under test; its variables, hooks and stop token are not used.
SuiteResult RunSuite(const run::RunContext& context, const SuiteOptions& options);

// What of the test files can be told without running them: `validate`.
void ValidateTests(const run::RunContext& context, const config::TestFiles& files, Diagnostics& diagnostics);

}  // namespace engine::test
