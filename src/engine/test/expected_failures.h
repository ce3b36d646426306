// expect_failures: what becomes of the diagnostics of a plan or an apply in which something was expected to
// fail. Not the reading of the list (engine/config/test_file.h). Used by run_block.
#pragma once

#include "engine/config/test_file.h"

namespace engine::test {

// Failures of what may fail are dropped, check blocks that fail unexpectedly are errors here, and what was
// expected and did not happen is an error, too.
base::diag::Diagnostics WithoutExpected(const config::TestRun& run, const base::diag::Diagnostics& found);

// Of a plan that an apply was to follow: a failure that was expected keeps the apply from happening all the
// same, and a warning before it says so.
base::diag::Diagnostics WithExpectedExplained(const config::TestRun& run,
                                              const base::diag::Diagnostics& found);

// Without what check blocks said while planning: they are asked again.
base::diag::Diagnostics WithoutChecks(const base::diag::Diagnostics& found);

}  // namespace engine::test
