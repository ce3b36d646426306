#include "cli/view/style.h"

#include <gtest/gtest.h>

namespace cli::view {
namespace {

TEST(Wrap, WordsAtTheWidth) {
  struct Case {
    std::string_view text;
    int width;
    std::string_view wrapped;
  };
  const Case cases[] = {
      {"", 10, ""},
      {"one two three", 7, "one two\nthree"},
      {"one two three", 6, "one\ntwo\nthree"},
      {"one  two", 20, "one  two"},
      {"one  two", 5, "one\ntwo"},
      {"averyveryverylongword", 5, "averyveryverylongword"},
      {"a averyveryverylongword b", 5, "a\naveryveryverylongword\nb"},
      {"first\n\n  stays as it is\nlast one", 5, "first\n\n  stays as it is\nlast\none"},
      {"\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc", 7, "\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc"},
      {"a\u00a0b c", 3, "a\u00a0b\nc"},
      {"no width", 0, "no width"},
      {"space at end ", 12, "space at end"},
  };
  for (const Case& c : cases) EXPECT_EQ(Wrap(c.text, c.width), c.wrapped) << c.text;
}

TEST(Rule, IsOneColumnShort) {
  EXPECT_EQ(Rule({.width = 4}), "───");
  EXPECT_EQ(Rule({.width = 1}), "");
}

TEST(Terminal, KeepsTheOrderOfTexts) {
  std::string out, err;
  {
    Terminal terminal(&out, &err, {});
    EXPECT_FALSE(terminal.interactive());
    terminal.PrintSoon("a");
    EXPECT_EQ(out, "");
    terminal.Print("b");
    EXPECT_EQ(out, "ab");
    terminal.PrintSoon("c");
    terminal.PrintError("e");
    EXPECT_EQ(out, "abc");
    EXPECT_EQ(err, "e");
    terminal.PrintSoon("d");
    terminal.Flush();
    EXPECT_EQ(out, "abcd");
    terminal.PrintSoon("f");
  }
  EXPECT_EQ(out, "abcdf");
}

}  // namespace
}  // namespace cli::view
