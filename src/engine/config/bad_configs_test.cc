// Configurations with mistakes: our summaries and places against those recorded from the stock program.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/config/load.h"

namespace engine::config {
namespace {

struct Case {
  std::string name;
  std::map<std::string, std::string> files;
  std::vector<std::string> recorded, ours;
};

std::vector<Case> ReadCases() {
  std::ifstream in(PARTERRE_SOURCE_DIR "/src/engine/config/testdata/bad_configs.txt");
  std::vector<Case> cases;
  std::string path;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("=== ")) {
      cases.push_back({line.substr(4), {}, {}, {}});
      path = "main.tf";
    } else if (cases.empty()) {
      continue;
    } else if (line.starts_with("--- ")) {
      path = line.substr(4);
    } else if (line.starts_with(">>> ")) {
      cases.back().recorded.push_back(line.substr(4));
    } else if (line.starts_with("<<< ")) {
      cases.back().ours.push_back(line.substr(4));
    } else {
      cases.back().files[path] += line + "\n";
    }
  }
  return cases;
}

// "error main.tf:1:2-1:5 Summary", as record.py writes it.
std::string Describe(const base::diag::Diagnostic& diagnostic) {
  std::string place = "-";
  if (diagnostic.subject) {
    base::text::Range range = *diagnostic.subject;
    if (range.start == range.end) ++range.end.column;  // -json never shows an empty range
    place = fmt::format("{}:{}:{}-{}:{}", range.filename, range.start.line, range.start.column,
                        range.end.line, range.end.column);
  }
  return fmt::format("{} {} {}", diagnostic.severity == base::diag::Severity::kError ? "error" : "warning",
                     place, diagnostic.summary);
}

// Where a line lies, without columns, and what it says.
std::string LineOf(const std::string& text) {
  std::istringstream in(text);
  std::string severity, place;
  in >> severity >> place;
  return place.substr(0, place.find(':', place.find(':') + 1));
}
bool Says(const std::string& text, std::string_view summary) {
  return text.ends_with(" " + std::string(summary));
}

// The stock program repeats some mistakes in other words; those lines are not expected of us.
bool IsEcho(const std::string& line, const std::vector<std::string>& all) {
  if (Says(line, "Unknown variable") || line.find(" :0:0-0:1 ") != std::string::npos || line == "crash")
    return true;
  const auto beside = [&](std::string_view summary) {
    return std::ranges::any_of(all, [&](const std::string& each) {
      return each != line && LineOf(each) == LineOf(line) && Says(each, summary);
    });
  };
  if (Says(line, "Unsuitable value type")) return beside("Variables not allowed");
  if (Says(line, "Invalid import address")) return beside("Invalid address") || beside("Invalid expression");
  if (Says(line, "Invalid replace_triggered_by expression")) {
    return beside("Invalid reference in replace_triggered_by expression");
  }
  return false;
}

std::vector<std::string> Expected(const Case& test) {
  if (!test.ours.empty())
    return test.ours == std::vector<std::string>{"none"} ? std::vector<std::string>{} : test.ours;
  std::vector<std::string> expected;
  for (const std::string& line : test.recorded) {
    if (!IsEcho(line, test.recorded)) expected.push_back(line);
  }
  return expected;
}

TEST(BadConfigs, SayWhatTheStockProgramSays) {
  const auto cases = ReadCases();
  ASSERT_GT(cases.size(), 250u);
  size_t different = 0;
  for (const Case& test : cases) {
    base::diag::Diagnostics diagnostics;
    LoadConfiguration(*MemoryFiles(test.files), ".", diagnostics);
    std::vector<std::string> expected = Expected(test), actual;
    for (const auto& diagnostic : diagnostics.items()) {
      actual.push_back(Describe(diagnostic));
      EXPECT_FALSE(diagnostic.detail.empty()) << test.name;
    }
    // Where the stock program names no place, ours is welcome.
    for (std::string& line : actual) {
      for (const std::string& each : expected) {
        const std::string_view summary =
            std::string_view(each).substr(std::min(each.find(' ') + 3, each.size()));
        if (each.starts_with("error - ") && Says(line, summary)) line = each;
      }
    }
    std::ranges::sort(expected);
    std::ranges::sort(actual);
    EXPECT_EQ(actual, expected) << test.name;
    if (actual != expected) ++different;
  }
  EXPECT_EQ(different, 0u) << "of " << cases.size();
}

}  // namespace
}  // namespace engine::config
