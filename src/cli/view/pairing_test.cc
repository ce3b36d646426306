#include "cli/view/pairing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace cli::view {
namespace {

using language::value::Type;
using language::value::Value;
using testing::ElementsAre;
using testing::Pair;

constexpr size_t N = kNone;

Pairs Sequences(std::vector<uint32_t> before, std::vector<uint32_t> after, bool objects = false) {
  return PairSequences(before, after, [&](bool, size_t) { return objects; });
}

TEST(PairSequences, OfOneLengthByIndex) {
  EXPECT_THAT(Sequences({1, 2, 3}, {1, 9, 8}), ElementsAre(Pair(0, 0), Pair(1, 1), Pair(2, 2)));
  EXPECT_THAT(Sequences({}, {}), ElementsAre());
  EXPECT_THAT(Sequences({}, {1, 2}), ElementsAre(Pair(N, 0), Pair(N, 1)));
  EXPECT_THAT(Sequences({1}, {}), ElementsAre(Pair(0, N)));
}

TEST(PairSequences, ReorderedAndOfOtherLengthByWhatIsCommon) {
  EXPECT_THAT(Sequences({1, 2}, {2, 1}), ElementsAre(Pair(0, N), Pair(1, 0), Pair(N, 1)));
  EXPECT_THAT(Sequences({1, 2, 3}, {1, 3}), ElementsAre(Pair(0, 0), Pair(1, N), Pair(2, 1)));
  EXPECT_THAT(Sequences({1, 2, 3}, {1, 9, 2, 3}),
              ElementsAre(Pair(0, 0), Pair(N, 1), Pair(1, 2), Pair(2, 3)));
  EXPECT_THAT(Sequences({1, 2, 3}, {8, 9, 3, 4}, true),
              ElementsAre(Pair(0, 0), Pair(1, 1), Pair(2, 2), Pair(N, 3)));
}

// What was there and is there still makes a sequence a reordered one, whatever else has come.
TEST(PairSequences, OfOneLengthWithAllKept) {
  EXPECT_THAT(Sequences({1, 1}, {1, 2}), ElementsAre(Pair(0, 0), Pair(1, N), Pair(N, 1)));
  EXPECT_THAT(Sequences({2, 2}, {1, 2}), ElementsAre(Pair(N, 0), Pair(0, 1), Pair(1, N)));
  EXPECT_THAT(Sequences({4, 1, 4}, {1, 4, 5}), ElementsAre(Pair(0, N), Pair(1, 0), Pair(2, 1), Pair(N, 2)));
  EXPECT_THAT(Sequences({1, 2}, {2, 2}), ElementsAre(Pair(0, 0), Pair(1, 1))) << "1 is gone";
}

TEST(PairSequences, LongOnesTakeNoQuadraticMemory) {
  std::vector<uint32_t> before(200'000);
  std::iota(before.begin(), before.end(), 0);
  std::vector<uint32_t> after = before;
  after.insert(after.begin() + 100'000, 999'999);
  EXPECT_EQ(Sequences(before, after).size(), 200'001u);
  std::vector<uint32_t> other(150'000);
  std::iota(other.begin(), other.end(), 500'000);
  EXPECT_EQ(Sequences(before, other).size(), 200'000u);
}

TEST(PairSets, EqualOnesThenWhatIsNew) {
  EXPECT_THAT(PairSets(std::vector<uint32_t>{1, 2, 3}, std::vector<uint32_t>{3, 4, 1}, {false, false, false}),
              ElementsAre(Pair(0, 2), Pair(1, N), Pair(2, 0), Pair(N, 1)));
  EXPECT_THAT(PairSets(std::vector<uint32_t>{1}, std::vector<uint32_t>{1}, {true}),
              ElementsAre(Pair(0, N), Pair(N, 0)));
}

TEST(SameJson, LooksAtShapesNotTypes) {
  const Value list = Value::List(Type::String(), {Value::String("a")});
  const Value tuple = Value::Tuple({Value::String("a").WithMarks(language::value::kSensitive)});
  EXPECT_TRUE(SameJson(list, tuple));
  EXPECT_TRUE(SameJson(Value::Object({{"k", list}}), Value::Map(tuple.type(), {{"k", tuple}})));
  EXPECT_FALSE(SameJson(Value::String("1"), Value::Int(1)));
  EXPECT_FALSE(SameJson(Value(), Value::Int(1)));
  // Unknown: null in sequences, missing in objects.
  const Value unknown = Value::Unknown(Type::String());
  const Value null = Value::Null(Type::String());
  EXPECT_TRUE(SameJson(Value::Tuple({unknown}), Value::Tuple({null})));
  EXPECT_FALSE(SameJson(Value::Object({{"k", unknown}}), Value::Object({{"k", null}})));
  EXPECT_TRUE(SameJson(Value::Object({{"k", unknown}, {"l", null}}), Value::Object({{"l", null}})));
}

TEST(Interner, NumbersEqualThings) {
  Interner interner;
  const std::vector<Value> values = {Value::Int(1), Value::String("a"), Value::Int(1)};
  EXPECT_THAT(interner.OfValues(values), ElementsAre(0, 1, 0));
  Interner lines;
  EXPECT_THAT(lines.OfLines(std::vector<std::string_view>{"x", "y", "x"}), ElementsAre(0, 1, 0));
}

}  // namespace
}  // namespace cli::view
