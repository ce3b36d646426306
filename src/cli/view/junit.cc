#include <algorithm>

#include <fmt/format.h>

#include "base/core/clock.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/test_view.h"

namespace cli::view {
namespace {

using base::diag::Diagnostic;
using base::diag::Severity;
using engine::test::FileResult;
using engine::test::RunResult;
using engine::test::Status;
using engine::test::SuiteResult;

constexpr std::string_view kFailedAssertion = "Test assertion failed";
constexpr int kWidth = 80;

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\t':
        out += "&#x9;";
        break;
      case '\n':
        out += "&#xA;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        // Other control characters have no place in XML.
        out += static_cast<unsigned char>(c) < 0x20 ? "\uFFFD" : std::string(1, c);
    }
  }
  return out;
}

// The end of a CDATA section inside of one is written in two.
std::string CData(std::string_view text) {
  if (text.empty()) return "";
  std::string out = "<![CDATA[";
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find("]]>", at);
    out += text.substr(at, end == text.npos ? text.npos : end + 2 - at);
    if (end == text.npos) break;
    out += "]]]]><![CDATA[";
    at = end + 2;
    out += '>';
    ++at;
  }
  return out + "]]>";
}

std::string Element(std::string_view name, std::string_view message, std::string_view body) {
  return fmt::format("      <{0}{1}>{2}</{0}>\n", name,
                     message.empty() ? "" : fmt::format(" message=\"{}\"", Escaped(message)), CData(body));
}

template <typename Wanted>
std::vector<const Diagnostic*> Select(const RunResult& run, Wanted wanted) {
  std::vector<const Diagnostic*> selected;
  for (const Diagnostic& each : run.diagnostics.items())
    if (wanted(each)) selected.push_back(&each);
  return selected;
}

std::string Text(const std::vector<const Diagnostic*>& diagnostics) {
  std::string text;
  for (const Diagnostic* each : diagnostics)
    text += RenderDiagnostic(*each, {.color = false, .width = kWidth});
  return text;
}

std::string Skipped(const FileResult& file, const RunResult& run, bool stopped) {
  if (stopped)
    return Element("skipped", "Testcase skipped due to an interrupt",
                   base::core::Spoken("Parterre received an interrupt and stopped gracefully. This caused "
                                      "all remaining testcases to be "
                                      "skipped"));
  for (size_t index = run.index + 1; file.status == Status::kError && index-- > 0;)
    if (file.runs[index].status == Status::kError)
      return Element(
          "skipped", "Testcase skipped due to a previous testcase error",
          fmt::format("Previous testcase \"{}\" ended in error, which caused the remaining tests in the "
                      "file to be skipped",
                      file.runs[index].run->name));
  return Element("skipped", "", "");
}

std::string Failure(const RunResult& run) {
  const auto failed = Select(run, [](const Diagnostic& each) {
    return each.severity == Severity::kError && each.summary == kFailedAssertion;
  });
  std::string message;
  if (!failed.empty())
    message = fmt::format("{} of {} assertions failed{} {}", failed.size(), run.run->assertions.size(),
                          failed.size() == 1 ? ":" : ", including:", failed[0]->detail);
  return Element("failure", message, Text(failed));
}

std::string SystemError(const RunResult& run) {
  const auto others = Select(run, [&](const Diagnostic& each) {
    return run.status == Status::kError ? each.severity == Severity::kWarning
                                        : each.summary != kFailedAssertion;
  });
  return others.empty() ? "" : Element("system-err", "", Text(others));
}

std::string Case(const FileResult& file, const RunResult& run, bool stopped) {
  std::string attributes =
      fmt::format("name=\"{}\" classname=\"{}\"", Escaped(run.run->name), Escaped(file.file->name));
  if (run.started) {
    attributes +=
        fmt::format(" time=\"{}\" timestamp=\"{}\"", static_cast<double>(run.duration.count()) / 1e9,
                    base::core::FormatRfc3339(std::chrono::floor<std::chrono::seconds>(*run.started)));
  }
  std::string inside;
  if (run.status == Status::kSkip) inside += Skipped(file, run, stopped);
  if (run.status == Status::kFail) inside += Failure(run);
  if (run.status == Status::kError)
    inside +=
        Element("error", "Encountered an error",
                Text(Select(run, [](const Diagnostic& each) { return each.severity == Severity::kError; })));
  inside += SystemError(run);
  return fmt::format("    <testcase {}>{}{}</testcase>\n", attributes, inside.empty() ? "" : "\n",
                     inside.empty() ? "" : inside + "    ");
}

}  // namespace

std::string JunitXml(const SuiteResult& suite) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuites>\n";
  for (const FileResult& file : suite.files) {
    const auto count = [&](Status status) {
      return std::ranges::count(file.runs, status, &RunResult::status);
    };
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" skipped=\"{}\" failures=\"{}\" errors=\"{}\">",
                       Escaped(file.file->name), file.runs.size(), count(Status::kSkip), count(Status::kFail),
                       count(Status::kError));
    if (!file.runs.empty()) out += '\n';
    for (const RunResult& run : file.runs) out += Case(file, run, suite.stopped);
    out += file.runs.empty() ? "</testsuite>\n" : "  </testsuite>\n";
  }
  return out + "</testsuites>";
}

}  // namespace cli::view
