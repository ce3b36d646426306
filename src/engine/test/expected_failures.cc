#include "engine/test/expected_failures.h"

#include <fmt/format.h>

namespace engine::test {
namespace {

using base::diag::Diagnostic;
using base::diag::Diagnostics;
using base::diag::Severity;

class Expectations {
 public:
  explicit Expectations(const config::TestRun& run) {
    Diagnostics told_before;
    for (config::ExpectedFailure& each : config::ExpectedFailures(run, told_before)) {
      std::string address = each.address;
      expected_.emplace_back(std::move(each), false);
      index_.try_emplace(std::move(address), expected_.size() - 1);
    }
  }

  // The expectation that this fulfils: of the object itself, else of the resource whose instance it is.
  const config::ExpectedFailure* Find(const Diagnostic& diagnostic) {
    auto found = index_.find(diagnostic.condition_of);
    if (found == index_.end() && diagnostic.condition_of.ends_with(']')) {
      const auto parsed = language::address::ParseResourceInstance(diagnostic.condition_of);
      if (parsed.ok()) found = index_.find(parsed->Containing().ToString());
    }
    if (found == index_.end()) return nullptr;
    auto& [expected, happened] = expected_[found->second];
    happened = true;
    return &expected;
  }

  void TellMissing(Diagnostics& diagnostics) {
    for (size_t i = 0; i < expected_.size(); ++i) {
      const auto& [expected, happened] = expected_[i];
      const bool again = index_.at(expected.address) != i;  // listed before
      if (happened || again) continue;
      language::hcl::AddError(diagnostics, "Missing expected failure",
                              fmt::format("{} was expected to fail, and it did not.", expected.address),
                              *expected.place.file, expected.place.span);
    }
  }

 private:
  std::vector<std::pair<config::ExpectedFailure, bool>> expected_;
  std::map<std::string, size_t, std::less<>> index_;
};

bool IsOfCheck(const Diagnostic& diagnostic) { return diagnostic.origin == base::diag::Origin::kCheckBlock; }

}  // namespace

Diagnostics WithoutExpected(const config::TestRun& run, const Diagnostics& found) {
  Expectations expectations(run);
  Diagnostics result;
  for (Diagnostic diagnostic : found.items()) {
    const bool failure = diagnostic.severity == Severity::kError || diagnostic.demoted;
    if (!diagnostic.condition_of.empty() && failure) {
      if (expectations.Find(diagnostic)) continue;
      if (IsOfCheck(diagnostic)) diagnostic.severity = Severity::kError;
    }
    result.Add(std::move(diagnostic));
  }
  expectations.TellMissing(result);
  return result;
}

Diagnostics WithExpectedExplained(const config::TestRun& run, const Diagnostics& found) {
  Expectations expectations(run);
  Diagnostics result;
  for (const Diagnostic& diagnostic : found.items()) {
    const bool failure = diagnostic.severity == Severity::kError && !diagnostic.condition_of.empty();
    if (const config::ExpectedFailure* expected = failure ? expectations.Find(diagnostic) : nullptr) {
      const std::string detail = fmt::format(
          "{} was expected to fail, but it failed while planning, so that nothing could be applied. Give the "
          "run command = plan if that is what it is about.",
          diagnostic.condition_of);
      // Only for outputs the reference tells where they were expected.
      if (diagnostic.condition_of.starts_with("output."))
        result.Add(language::hcl::MakeDiagnostic(Severity::kWarning, "Expected failure while planning",
                                                 detail, *expected->place.file, expected->place.span));
      else
        result.Warning("Expected failure while planning", detail);
    }
    result.Add(diagnostic);
  }
  return result;
}

Diagnostics WithoutChecks(const Diagnostics& found) {
  Diagnostics result;
  for (const Diagnostic& diagnostic : found.items())
    if (!IsOfCheck(diagnostic)) result.Add(diagnostic);
  return result;
}

}  // namespace engine::test
