// One test file: its runs in their order, several at once where they may, and the cleaning up behind them.
// Not what a run does (run_block.h).
// Used by suite.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/test/run_block.h"

namespace engine::test {

class FileRunner {
 public:
  FileRunner(const run::RunContext& base, const SuiteOptions& options, const config::VariableInputs& globals,
             FileResult& result);

  void Execute();
  void CleanUp();

 private:
  // A state, and which run was the last to change it.
  struct Owned {
    StatePtr state = std::make_shared<const state::State>();
    size_t last = SIZE_MAX;
  };

  void ExecuteTogether();
  void ExecuteOne(size_t index);
  void Finish(size_t index);
  void Keep(const std::string& key, Owned owned);

  const SuiteOptions& options_;
  FileResult& result_;
  FileContext context_;
  std::vector<std::unique_ptr<RunBlock>> blocks_;  // by run; null: not executed
  std::mutex mutex_;
  std::condition_variable done_signal_;
  std::map<std::string, Owned> states_;
  std::vector<bool> done_;  // by run
  size_t shown_ = 0;        // how many of the runs have been told of
};

// Which runs must be over before each: those of the same state, those that it refers to, and where one of the
// two may not run beside others, all before it.
std::vector<std::vector<size_t>> RunsBefore(const config::TestFile& file);

}  // namespace engine::test
