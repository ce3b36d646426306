#include "base/diag/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace base::diag {
namespace {

Diagnostic At(Severity severity, std::string summary, std::string file, int byte) {
  Diagnostic out{.severity = severity, .summary = std::move(summary), .detail = "d"};
  out.subject = text::Range{std::move(file), {1, 1, byte}, {1, 2, byte + 1}};
  return out;
}

TEST(Diagnostics, CountsAndAddresses) {
  Diagnostics all;
  all.Warning("w", "");
  EXPECT_FALSE(all.HasErrors());
  Diagnostics more;
  more.Error("e", "x");
  all.Append(std::move(more));
  EXPECT_TRUE(all.HasErrors());
  all.SetAddress("a.b", 1);
  EXPECT_EQ(all.items()[0].address, "");
  EXPECT_EQ(all.items()[1].address, "a.b");
  all.DemoteErrors();
  EXPECT_FALSE(all.HasErrors());
  EXPECT_EQ(all.items()[1].severity, Severity::kWarning);
}

TEST(Diagnostics, DisplayOrder) {
  Diagnostics all;
  all.Add(At(Severity::kError, "e2", "sub/a.tf", 0));
  all.Add(At(Severity::kError, "e1", "b.tf", 5));
  all.Add(At(Severity::kError, "e0", "b.tf", 1));
  all.Error("sourceless", "");
  all.Add(At(Severity::kWarning, "w", "z.tf", 0));
  std::vector<std::string> order;
  const Diagnostics sorted = SortedForDisplay(all);
  for (const Diagnostic& diagnostic : sorted.items()) order.push_back(diagnostic.summary);
  EXPECT_THAT(order, testing::ElementsAre("w", "sourceless", "e0", "e1", "e2"));
}

TEST(Diagnostics, ManyLongSnippetsAreShortened) {
  Snippet snippet;
  snippet.code.assign(1'000'000, 'x').replace(500'000, 4, "here");
  snippet.highlight_start = 500'000;
  snippet.highlight_end = 500'004;
  Diagnostics diagnostics;
  for (int i = 0; i < 100; ++i) diagnostics.Add({.summary = "wrong", .snippet = snippet});
  EXPECT_EQ(diagnostics.items().front().snippet->code.size(), snippet.code.size());
  const Snippet& last = *diagnostics.items().back().snippet;
  EXPECT_LT(last.code.size(), 1000u);
  EXPECT_EQ(last.code.substr(static_cast<size_t>(last.highlight_start), 4), "here");
  EXPECT_EQ(last.highlight_end - last.highlight_start, 4);
}

TEST(Diagnostics, FoldsWarningsWithASource) {
  Diagnostics all;
  for (int i = 0; i < 3; ++i) all.Add(At(Severity::kWarning, "old", "a.tf", i));
  for (int i = 0; i < 2; ++i) all.Add(At(Severity::kWarning, "other", "a.tf", 10 + i));
  for (int i = 0; i < 2; ++i) all.Warning("sourceless", "");
  for (int i = 0; i < 2; ++i) all.Add(At(Severity::kError, "error", "a.tf", i));
  const Diagnostics sorted = SortedForDisplay(all);
  ASSERT_EQ(sorted.size(), 6u);
  EXPECT_EQ(sorted.items()[2].detail, "d\n\n(and 2 more similar warnings elsewhere)");
  EXPECT_EQ(sorted.items()[3].detail, "d\n\n(and one more similar warning elsewhere)");
}

}  // namespace
}  // namespace base::diag
