// Assertions of a run, held against what its plan or apply led to.
// Not conditions of the configuration itself (engine/run/conditions.h).
// Used by run_block.
#pragma once

#include "engine/run/scope.h"
#include "engine/test/run_values.h"
#include "engine/test/suite.h"

namespace engine::test {

struct Assessment {
  Status status = Status::kPass;
  Value outputs;  // of the module, by name: what later runs see
  Diagnostics diagnostics;
};

// `scope`: the root of the module under test at the end of its plan or apply.
Assessment Assess(const config::TestRun& run, run::ModuleScope& scope,
                  const std::map<std::string, Value>& others, const RunOutputs& outputs);

}  // namespace engine::test
