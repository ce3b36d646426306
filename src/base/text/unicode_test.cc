#include "base/text/unicode.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

namespace base::text {
namespace {

std::string FullNfc(const std::string& text) {
  utf8proc_uint8_t* out = utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
  std::string copy(reinterpret_cast<char*>(out));
  std::free(out);
  return copy;
}

TEST(Utf8, Validity) {
  for (const char* good : {"", "plain ascii over eight bytes", "\u00e9", "\U0001F600", "\uFFFD", "\uD7FF"}) {
    EXPECT_TRUE(ValidUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80",
                          "12345678\xff", "\xf4\x90\x80\x80"}) {
    EXPECT_FALSE(ValidUtf8(bad));
  }
  EXPECT_EQ(ReplaceInvalidUtf8("a\xe2\x82z\xff"), "a\uFFFD\uFFFDz\uFFFD");
  EXPECT_EQ(CountRunes("a\u00e9\U0001F600\xff"), 4u);
}

TEST(Nfc, QuickCheckAgreesWithTheFullNormalisationOfEveryRune) {
  // Each rune alone, after a letter and before a combining mark.
  for (char32_t rune = 1; rune <= 0x10ffff; ++rune) {
    if (rune >= 0xd800 && rune <= 0xdfff) continue;
    std::string text;
    AppendRune(rune, &text);
    for (const std::string& piece : {text, "e" + text, text + "\u0301"}) {
      ASSERT_EQ(NormalizeNfc(piece), FullNfc(piece)) << std::hex << static_cast<uint32_t>(rune);
    }
  }
}

TEST(Nfc, Samples) {
  EXPECT_EQ(NormalizeNfc("e\u0301"), "\u00e9");
  EXPECT_EQ(NormalizeNfc("\u1100\u1161\u11a8"), "\uac01");
  EXPECT_EQ(NormalizeNfc("e\u0301\xff"
                         "e\u0301"),
            "\u00e9\xff\u00e9");
  EXPECT_TRUE(IsNfc("plain"));
  EXPECT_TRUE(IsNfc("\u65e5\u672c\u8a9e"));
  EXPECT_FALSE(IsNfc("e\u0301"));
}

TEST(Graphemes, Clusters) {
  EXPECT_EQ(CountGraphemes("a\r\nb"), 3u);
  EXPECT_EQ(CountGraphemes("e\u0301x"), 2u);
  EXPECT_EQ(CountGraphemes("\U0001F468\u200D\U0001F469\u200D\U0001F467!"), 2u);
  EXPECT_EQ(CountGraphemes("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7"), 2u);
  EXPECT_EQ(Graphemes("e\u0301x").front(), "e\u0301");
  EXPECT_EQ(CountGraphemes("\xff\xff"), 2u);
}

TEST(Case, AsGoHasIt) {
  EXPECT_EQ(ToUpper("stra\u00dfe"), "STRA\u00dfE");
  EXPECT_EQ(ToLower("\u00c4BC\u0130"), "\u00e4bci");
  EXPECT_EQ(ToTitle(U'\u01c6'), U'\u01c5');
  EXPECT_EQ(ToUpper(std::string_view("\u00e9\u0451")), "\u00c9\u0401");
}

TEST(Identifiers, Uax31) {
  for (const char* good : {"a", "a-b", "_a", "a_1", "\u00e9t\u00e9", "\u65e5\u672c", "\u2118"})
    EXPECT_TRUE(IsIdentifier(good)) << good;
  for (const char* bad : {"", "-a", "1a", "a b", "a.b", "\U0001F600"}) EXPECT_FALSE(IsIdentifier(bad)) << bad;
}

TEST(Space, TrimAndWidth) {
  EXPECT_EQ(TrimSpace(" \t\u00a0x y\u3000\n"), "x y");
  EXPECT_EQ(TrimSpace("\u3000"), "");
  EXPECT_EQ(DisplayWidth("a\u65e5"), 3);
  EXPECT_TRUE(IsPrint(U'\u00e9'));
  EXPECT_FALSE(IsPrint(U'\u200b'));
  EXPECT_FALSE(IsPrint(U'\u00a0'));
}

}  // namespace
}  // namespace base::text
