#include "base/text/source.h"

#include <gtest/gtest.h>

#include "base/text/suggest.h"

namespace base::text {
namespace {

TEST(SourceBuffer, PositionsCountGraphemes) {
  const SourceBuffer buffer("main.tf", "a\ne\u0301x\r\n\nlast");
  EXPECT_EQ(buffer.line_count(), 4);
  EXPECT_EQ(buffer.Line(2), "e\u0301x");
  EXPECT_EQ(buffer.Line(3), "");
  EXPECT_EQ(buffer.Line(4), "last");
  EXPECT_EQ(buffer.Line(5), "");
  EXPECT_EQ(buffer.LineStart(2), 2u);
  EXPECT_EQ(buffer.PositionAt(5), (Position{2, 2, 5}));
  EXPECT_EQ(buffer.PositionAt(0), (Position{1, 1, 0}));
  EXPECT_EQ(buffer.PositionAt(999), (Position{4, 5, 13}));
  const Range range = buffer.RangeOf({2, 5});
  EXPECT_EQ(range.filename, "main.tf");
  EXPECT_EQ(range.end.column, 2);
}

TEST(SourceBuffer, Empty) {
  const SourceBuffer buffer("x", "");
  EXPECT_EQ(buffer.line_count(), 1);
  EXPECT_EQ(buffer.PositionAt(0), (Position{1, 1, 0}));
}

TEST(Suggest, NearestWithinTwoEdits) {
  const std::vector<std::string> names = {"for_each", "count", "provider"};
  EXPECT_EQ(Suggest("foreach", names), "for_each");
  EXPECT_EQ(Suggest("cuont", names), "count");
  EXPECT_EQ(Suggest("lifecycle", names), "");
  EXPECT_EQ(LevenshteinDistance("kitten", "sitting"), 3u);
}

TEST(SourceBuffer, ColumnsOfLongLines) {
  std::string text = "first\n";
  std::vector<uint32_t> starts;  // of clusters of the second line
  for (int i = 0; i < 20000; ++i) {
    starts.push_back(static_cast<uint32_t>(text.size()));
    text += i % 5 == 0 ? "e\u0301" : i % 7 == 0 ? "\u00e4" : "x";
  }
  text += "\nlast";
  const SourceBuffer buffer("long", text);
  for (size_t i = 0; i < starts.size(); i += 37)
    EXPECT_EQ(buffer.PositionAt(starts[i]),
              (Position{2, static_cast<int>(i) + 1, static_cast<int>(starts[i])}));
  EXPECT_EQ(buffer.PositionAt(static_cast<uint32_t>(text.size())).line, 3);
  EXPECT_EQ(buffer.PositionAt(static_cast<uint32_t>(text.size())).column, 5);
}

}  // namespace
}  // namespace base::text
