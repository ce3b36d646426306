// Differential: the places and summaries of syntax errors, as recorded from the real terraform
// (testdata/record_diagnostics.py).
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "language/hcl/parser.h"

namespace language::hcl {
namespace {

struct Case {
  std::string name;
  std::string source;
  std::vector<std::string> expected;
};

// \r, \xNN and \\ of `raw` cases.
std::string Decode(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      out += text[i++];
    } else if (text[i + 1] == 'r') {
      out += '\r';
      i += 2;
    } else if (text[i + 1] == '\\') {
      out += '\\';
      i += 2;
    } else {
      out += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 4;
    }
  }
  return out;
}

std::vector<Case> ReadCases() {
  std::ifstream in(PARTERRE_SOURCE_DIR "/src/language/hcl/testdata/diagnostics.txt");
  std::vector<Case> cases;
  bool first_line = true;
  const auto finish = [&] {
    if (!cases.empty() && cases.back().name.ends_with(" raw"))
      cases.back().source = Decode(cases.back().source);
  };
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("=== ")) {
      finish();
      cases.push_back({.name = line.substr(4)});
      first_line = true;
    } else if (line.starts_with("| ")) {
      if (!first_line) cases.back().source += '\n';
      first_line = false;
      cases.back().source += line.substr(2);
    } else {
      cases.back().expected.push_back(line.substr(2));
    }
  }
  finish();
  return cases;
}

std::string Describe(const base::diag::Diagnostic& d) {
  const base::text::Range& range = *d.subject;
  return fmt::format("{} @ {}:{}:{}-{}:{}:{} lines {} in {}", d.summary, range.start.line, range.start.column,
                     range.start.byte, range.end.line, range.end.column, range.end.byte,
                     std::ranges::count(d.snippet->code, '\n') + 1, d.snippet->context);
}

TEST(Diagnostics, AreThoseOfTheReference) {
  const std::vector<Case> cases = ReadCases();
  ASSERT_GT(cases.size(), 300u);
  for (const Case& test : cases) {
    base::diag::Diagnostics diagnostics;
    const FilePtr file = ParseConfig("main.tf", test.source, diagnostics);
    std::vector<std::string> got;
    for (const base::diag::Diagnostic& d : diagnostics.items()) {
      got.push_back(Describe(d));
      EXPECT_FALSE(d.detail.empty());
      EXPECT_LE(d.snippet->highlight_start, d.snippet->highlight_end);
    }
    std::vector<std::string> expected = test.expected;
    std::ranges::sort(got);
    std::ranges::sort(expected);
    EXPECT_EQ(got, expected) << "case " << test.name << "\n" << test.source;
  }
}

}  // namespace
}  // namespace language::hcl
