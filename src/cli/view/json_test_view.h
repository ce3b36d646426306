// Tests as lines of the log of `test -json`: test_abstract, test_file, test_run, test_plan, test_state,
// test_cleanup, test_summary. Not what people read (test_view.h). Used by the command test.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/view/json_log.h"
#include "cli/view/test_view.h"

namespace cli::view {

// Those of a run as compact JSON; empty where it has none.
struct TestDocuments {
  std::function<std::string(const engine::test::RunResult&)> plan, state;
};

// Plans and states that results carry are told of, too.
std::unique_ptr<TestOutput> MakeJsonTestView(Terminal& terminal, TestDocuments documents);

}  // namespace cli::view
