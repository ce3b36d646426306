// Differential: the formatter against recordings of the real `terraform fmt` (tests/conformance/fmt); diffs.
#include "language/hcl/format.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/json/reader.h"
#include "language/hcl/parser.h"

namespace language::hcl {
namespace {

// The recordings of tests/conformance/fmt.
TEST(Format, IsThatOfTheReference) {
  std::ifstream in(PARTERRE_SOURCE_DIR "/tests/conformance/fmt/recorded.jsonl");
  size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const auto document = base::json::Document::Parse(line);
    ASSERT_TRUE(document.ok()) << line;
    std::map<std::string, std::string> parts;
    for (const base::json::Member member : document->root().Members())
      parts[member.key()] = member.value.AsString();
    // The reference drops labels with a dollar or percent sign.
    if (parts["name"] == "labels_dollar") continue;
    const std::string formatted = Format(parts["in"]);
    EXPECT_EQ(formatted, parts["out"]) << parts["name"];
    EXPECT_EQ(Format(formatted), parts.contains("again") ? parts["again"] : parts["out"]) << parts["name"];
    base::diag::Diagnostics diagnostics;
    ParseConfig(parts["name"], formatted, diagnostics);
    EXPECT_FALSE(diagnostics.HasErrors()) << parts["name"];
  }
  EXPECT_GE(count, 400u);
}

TEST(Format, KeepsEscapedLabels) {
  EXPECT_EQ(Format("x \"$${a}\" \"%%{b}\" {}\n"), "x \"$${a}\" \"%%{b}\" {}\n");
  EXPECT_EQ(Format("x \"\\u2000\" {}\n"), "x \"\\u2000\" {}\n");
}

TEST(Format, UnwrapsAcrossComments) { EXPECT_EQ(Format("a = \"${ # c\n b }\"\n"), "a = ( # c\nb)\n"); }

TEST(Format, ToleratesWhatDoesNotParse) {
  for (const char* text :
       {"x \"", "x \"a", "a =", "}", "a = \"${", "x \"${a}\" {", "a = <<EOT\n", "\xff", "a = (", "x {"}) {
    Format(text);
  }
}

struct DiffCase {
  const char* before;
  const char* after;
  const char* diff;
};

// Recorded from GNU diff.
TEST(UnifiedDiff, Hunks) {
  const DiffCase cases[] = {
      {"a\n", "a\n", ""},
      {"a\n", "b\n", "@@ -1 +1 @@\n-a\n+b\n"},
      {"", "a\n", "@@ -0,0 +1 @@\n+a\n"},
      {"a\n", "", "@@ -1 +0,0 @@\n-a\n"},
      {"a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
      {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
       "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
      {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n",
       "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n"},
      {"a\nb\na\n", "a\nb\na\nb\na\n", "@@ -1,3 +1,5 @@\n a\n b\n a\n+b\n+a\n"},
  };
  for (const DiffCase& test : cases) {
    const std::string header = *test.diff == '\0' ? "" : "--- old/f\n+++ new/f\n";
    EXPECT_EQ(UnifiedDiff(test.before, test.after, "old/f", "new/f"), header + test.diff) << test.before;
  }
}

TEST(UnifiedDiff, LargeAndUnrelated) {
  std::string before, after;
  for (int i = 0; i < 20'000; ++i) {
    before += std::to_string(i % 97) + "\n";
    after += std::to_string(i * 7 % 89) + "\n";
  }
  EXPECT_FALSE(UnifiedDiff(before, after, "a", "b").empty());
}

}  // namespace
}  // namespace language::hcl
