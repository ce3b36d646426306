#include "cli/view/settings_problems.h"

#include <fmt/format.h>

#include "base/core/product.h"
#include "base/core/strings.h"
#include "cli/view/style.h"

namespace cli::view {
namespace {

constexpr int kWidth = 76;  // inside the box

std::string Box(const base::diag::Diagnostic& problem) {
  const bool is_error = problem.severity == base::diag::Severity::kError;
  std::string out = fmt::format("╷\n│ {}: {}\n│\n", is_error ? "Error" : "Warning", problem.summary);
  if (!problem.detail.empty()) {
    const std::string detail = Wrap(problem.detail, kWidth);
    for (std::string_view line : base::core::Split(detail, '\n')) out += fmt::format("│ {}\n", line);
  }
  return out + "╵\n\n";
}

}  // namespace

std::string SettingsProblems(const base::diag::Diagnostics& problems) {
  std::string out = "There are some problems with the CLI configuration:\n";
  for (const base::diag::Diagnostic& problem : problems.items()) out += Box(problem);
  if (problems.HasErrors())
    out +=
        base::core::Spoken("As a result of the above problems, Parterre may not behave as intended.\n\n\n");
  return out;
}

}  // namespace cli::view
