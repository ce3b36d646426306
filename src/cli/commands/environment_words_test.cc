#include "cli/commands/environment_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli::commands {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(SplitWords, QuotesAndEscapesAreThoseOfAShell) {
  EXPECT_THAT(SplitWords(" -a  b\tc\n"), Optional(ElementsAre("-a", "b", "c")));
  EXPECT_THAT(SplitWords(R"(-var "name=a b" 'c "d' e\ f "g\"h")"),
              Optional(ElementsAre("-var", "name=a b", "c \"d", "e f", "g\"h")));
  EXPECT_THAT(SplitWords(R"(-var name="" '')"), Optional(ElementsAre("-var", "name=", "")));
  EXPECT_THAT(SplitWords("'it\\s'"), Optional(ElementsAre("it\\s")));
}

TEST(SplitWords, NothingIsExpandedAndOperatorsEndTheWords) {
  EXPECT_THAT(SplitWords("-var a=$HOME #c"), Optional(ElementsAre("-var", "a=$HOME", "#c")));
  EXPECT_THAT(SplitWords("a=$(x y)c `d e`"), Optional(ElementsAre("a=$(x y)c", "`d e`")));
  EXPECT_THAT(SplitWords("a b;c d"), Optional(ElementsAre("a", "b")));
  EXPECT_THAT(SplitWords("a|b"), Optional(ElementsAre("a")));
  EXPECT_THAT(SplitWords("a 2>b"), Optional(ElementsAre("a")));
  EXPECT_THAT(SplitWords("'a;b' a\\;b"), Optional(ElementsAre("a;b", "a;b")));
}

TEST(SplitWords, WhatIsNotClosedIsNoLine) {
  for (const char* text : {"\"a", "'a", "a\\", "a(b", "$(a", "`a"})
    EXPECT_EQ(SplitWords(text), std::nullopt) << text;
  EXPECT_THAT(SplitWords(""), Optional(IsEmpty()));
}

}  // namespace
}  // namespace cli::commands
