// What `test` tells of its runs: for people, and the results as a JUnit file for other programs.
// Not the log of `test -json` (json_test_view.h).
// Used by the command test.
#pragma once

#include <memory>
#include <string>

#include "cli/view/plan_view.h"
#include "cli/view/style.h"
#include "engine/test/suite.h"

namespace cli::view {

class TestOutput : public engine::test::Progress {
 public:
  // What is to be said before the tests begin, and of the report after them.
  virtual void Tell(const base::diag::Diagnostics& diagnostics) = 0;
  // The user wants an end at once: what is there will stay.
  virtual void Abandoned(const engine::test::Inventory::Contents& contents) = 0;
};

// Plans and states that results carry are shown, too.
std::unique_ptr<TestOutput> MakeTestView(Terminal& terminal, SchemaLookup schemas);

// "Success! 2 passed, 0 failed." without its colour; also the message of the JSON log.
std::string TestSummary(const engine::test::SuiteResult& suite);
// "pass", "fail", "skip", "pending".
std::string_view TestStatusText(engine::test::Status status);

// The results as JUnit XML, without a newline at the end.
std::string JunitXml(const engine::test::SuiteResult& suite);

}  // namespace cli::view
