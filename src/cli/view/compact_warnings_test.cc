#include "cli/view/compact_warnings.h"

#include <gtest/gtest.h>

namespace cli::view {
namespace {

TEST(CompactWarnings, CountsWhatHasAPlace) {
  base::diag::Diagnostics diagnostics;
  EXPECT_EQ(RenderCompactWarnings(diagnostics, Style{.color = false}), "");
  auto add = [&](std::string summary, int line) {
    base::diag::Diagnostic diagnostic{.severity = base::diag::Severity::kWarning,
                                      .summary = std::move(summary)};
    if (line) diagnostic.subject = base::text::Range{.filename = "main.tf", .start = {.line = line}};
    diagnostics.Add(std::move(diagnostic));
  };
  add("Value for undeclared variable", 0);
  add("Quoted references are deprecated", 3);
  add("Quoted references are deprecated", 6);
  add("Quoted references are deprecated", 9);
  add("Other", 4);
  EXPECT_EQ(RenderCompactWarnings(diagnostics, Style{.color = false}),
            "\nWarnings:\n\n- Value for undeclared variable\n- Quoted references are deprecated\n  on "
            "main.tf line 3 (and 2 more)\n- Other\n  on main.tf line 4\n\nTo see the full warning notes, run "
            "Parterre without -compact-warnings.\n");
}

}  // namespace
}  // namespace cli::view
