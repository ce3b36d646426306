// What all runs of one test file share: options, outputs of earlier runs, configurations with the file's
// providers. Not the order of the runs (file_runner.h). Used by file_runner and run_block.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/test/run_values.h"
#include "engine/test/substitutes.h"
#include "engine/test/suite.h"

namespace engine::test {

// The state that the run works on: runs with the same key share it.
std::string StateKey(const config::TestRun& run);

class FileContext {
 public:
  FileContext(const run::RunContext& base, const SuiteOptions& options, const config::TestFile& file,
              const config::VariableInputs& globals)
      : base(base), options(options), file(file), globals(globals), outputs(file) {}

  // The configuration that the run is about, as it is written.
  const config::Configuration& Written(const config::TestRun& run) const {
    return run.configuration ? *run.configuration : *base.configuration;
  }

  // The same with the providers of the file, and which those are. Runs that use the same share it. Null after
  // errors.
  const config::Configuration* Prepared(const config::TestRun& run, ProvidersInUse& providers,
                                        Diagnostics& diagnostics);

  const run::RunContext& base;
  const SuiteOptions& options;
  const config::TestFile& file;
  const config::VariableInputs& globals;
  RunOutputs outputs;

 private:
  ProvidersInUse ProvidersFor(const config::TestRun& run, Diagnostics& diagnostics) const;

  std::mutex mutex_;
  std::map<std::pair<const config::Configuration*, ProvidersInUse>, std::unique_ptr<config::Configuration>>
      prepared_;
};

}  // namespace engine::test
