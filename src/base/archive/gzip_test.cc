#include "base/archive/gzip.h"

#include <gtest/gtest.h>

namespace base::archive {
namespace {

// Several pieces of input and output, well and badly compressible.
TEST(Gzip, RoundTrip) {
  std::string noise(1'000'000, '\0');
  uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  for (const std::string& text : {std::string(), std::string("a"), std::string(3'000'000, 'x'), noise}) {
    auto back = Gunzip(Gzip(text), 10'000'000);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, text);
  }
}

TEST(Gzip, BadInput) {
  std::string good = Gzip(std::string(1000, 'y'));
  EXPECT_FALSE(Gunzip("plain text", 1000).ok());
  EXPECT_FALSE(Gunzip(std::string_view(good).substr(0, good.size() / 2), 10'000).ok());
  EXPECT_FALSE(Gunzip(Gzip(std::string(5'000'000, 'z')), 1'000'000).ok()) << "a bomb must not be unpacked";
}

}  // namespace
}  // namespace base::archive
