#include "cli/view/test_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/product.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/state_view.h"

namespace cli::view {

using engine::test::FileResult;
using engine::test::Leftover;
using engine::test::RunResult;
using engine::test::Status;
using engine::test::SuiteResult;

namespace {

struct Counts {
  int passed = 0, failed = 0, skipped = 0;
};

Counts Count(const SuiteResult& suite) {
  Counts counts;
  for (const FileResult& file : suite.files)
    for (const RunResult& run : file.runs) {
      counts.passed += run.status == Status::kPass;
      counts.failed += run.status == Status::kFail || run.status == Status::kError;
      counts.skipped += run.status == Status::kSkip;
    }
  return counts;
}

std::string SummaryRest(const Counts& counts) {
  std::string text = fmt::format("{} passed, {} failed", counts.passed, counts.failed);
  return text + (counts.skipped > 0 ? fmt::format(", {} skipped.", counts.skipped) : ".");
}

std::string Nothing(const Counts& counts) {
  return counts.skipped > 0 ? fmt::format("Executed 0 tests, {} skipped.", counts.skipped)
                            : "Executed 0 tests.";
}

bool HasWarnings(const base::diag::Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics.items(), [](const base::diag::Diagnostic& each) {
    return each.severity == base::diag::Severity::kWarning;
  });
}

class TestView : public TestOutput {
 public:
  TestView(Terminal& terminal, SchemaLookup schemas) : terminal_(terminal), schemas_(std::move(schemas)) {}

  void Tell(const base::diag::Diagnostics& diagnostics) override { ShowDiagnostics(diagnostics, terminal_); }
  void Abandoned(const engine::test::Inventory::Contents& contents) override {
    const int width = terminal_.style().width;
    std::string text =
        "\n" +
        Wrap(fmt::format("{} was interrupted while executing {}, and may not have performed the expected "
                         "cleanup operations.",
                         base::core::ProductName(), contents.file),
             width) +
        "\n";
    for (const engine::test::Inventory::Held& held : contents.held) {
      const std::string of_run = held.source.empty()
                                     ? "from the module under test"
                                     : fmt::format("for \"{}\" from \"{}\"", held.run, held.source);
      if (!held.objects.empty())
        text +=
            "\n" +
            Wrap(base::core::Spoken("Parterre has already created the following resources ") + of_run + ":",
                 width) +
            "\n";
      for (const Leftover& each : held.objects) text += Line(each);
      if (held.creating.empty()) continue;
      text +=
          "\n" +
          Wrap(fmt::format("{} was in the process of creating the following resources for \"{}\" from {}, "
                           "and they may not have been destroyed:",
                           base::core::ProductName(), held.run,
                           held.source.empty() ? "the module under test" : "\"" + held.source + "\""),
               width) +
          "\n";
      for (const std::string& address : held.creating) text += "  - " + address + "\n";
    }
    terminal_.PrintError(text);
    terminal_.Flush();
  }
  void FileBegun(const FileResult& file) override { FileLine(file, "in progress"); }
  void FileTearingDown(const FileResult& file) override { FileLine(file, "tearing down"); }
  void FileEnded(const FileResult& file) override {
    terminal_.Print(fmt::format("{}... {}\n", file.file->name, Colored(file.status)));
    ShowDiagnostics(file.diagnostics, terminal_);
  }

  void RunEnded(const FileResult&, const RunResult& run) override {
    terminal_.Print(fmt::format("  run \"{}\"... {}\n", run.run->name, Colored(run.status)));
    if (run.plan) terminal_.Print(RenderPlan(*run.plan, schemas_, terminal_.style()) + "\n");
    if (run.state) terminal_.Print("\n" + RenderState(*run.state, schemas_, terminal_.style()) + "\n");
    ShowDiagnostics(run.diagnostics, terminal_);
    if (HasWarnings(run.diagnostics)) terminal_.Print("\n");
  }

  void CleanedUp(const FileResult& file, const RunResult& run, const base::diag::Diagnostics& diagnostics,
                 const std::vector<Leftover>& left) override {
    const std::string where = fmt::format("{}/{}", file.file->name, run.run->name);
    const int width = terminal_.style().width;
    if (diagnostics.HasErrors())
      terminal_.PrintError(
          Wrap(fmt::format("{} encountered an error destroying resources created while executing {}.",
                           base::core::ProductName(), where),
               width) +
          "\n");
    ShowDiagnostics(diagnostics, terminal_);
    if (left.empty()) return;
    std::string text =
        "\n" +
        Wrap(fmt::format("{} left the following resources in state after executing {}, and they need to "
                         "be cleaned up manually:",
                         base::core::ProductName(), where),
             width) +
        "\n";
    for (const Leftover& each : left) text += Line(each);
    terminal_.PrintError(text);
  }

  void SuiteEnded(const SuiteResult& suite) override {
    const Counts counts = Count(suite);
    if (suite.status <= Status::kSkip) {
      terminal_.Print("\n" + Nothing(counts) + "\n");
      return;
    }
    const Style& style = terminal_.style();
    std::string word;
    if (suite.status == Status::kPass)
      AppendColored(style.Green(), "Success!", style, &word);
    else
      AppendColored(style.Red(), "Failure!", style, &word);
    terminal_.Print(fmt::format("\n{} {}\n", word, SummaryRest(counts)));
  }

 private:
  static std::string Line(const Leftover& each) {
    return fmt::format("  - {}{}\n", each.address.ToString(),
                       each.deposed.empty() ? "" : fmt::format(" ({})", each.deposed));
  }

  void FileLine(const FileResult& file, std::string_view what) {
    const Style& style = terminal_.style();
    terminal_.Print(fmt::format("{}... {}{}{}\n{}", file.file->name, style.LightGray(), what, style.Reset(),
                                style.Reset()));
    terminal_.Flush();
  }

  std::string Colored(Status status) const {
    const Style& style = terminal_.style();
    const std::string_view color = status == Status::kPass   ? style.Green()
                                   : status <= Status::kSkip ? style.LightGray()
                                                             : style.Red();
    std::string text;
    AppendColored(color, TestStatusText(status), style, &text);
    return text;
  }

  Terminal& terminal_;
  const SchemaLookup schemas_;
};

}  // namespace

std::string_view TestStatusText(Status status) {
  switch (status) {
    case Status::kPending:
      return "pending";
    case Status::kSkip:
      return "skip";
    case Status::kPass:
      return "pass";
    case Status::kFail:
    case Status::kError:
      return "fail";
  }
  return "";
}

std::string TestSummary(const SuiteResult& suite) {
  const Counts counts = Count(suite);
  if (suite.status <= Status::kSkip) return Nothing(counts);
  return fmt::format("{} {}", suite.status == Status::kPass ? "Success!" : "Failure!", SummaryRest(counts));
}

std::unique_ptr<TestOutput> MakeTestView(Terminal& terminal, SchemaLookup schemas) {
  return std::make_unique<TestView>(terminal, std::move(schemas));
}

}  // namespace cli::view
