// Against what terraform 1.11.4 returns for base64gzip() of the same texts.
#include "base/archive/go_gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/archive/gzip.h"

namespace base::archive {
namespace {

// Numbers that are the same everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint32_t Roll(uint32_t sides) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((state_ >> 33) % sides);
  }

 private:
  uint64_t state_;
};

// Few words in any order.
std::string Text(size_t size, uint32_t letters = 16, uint64_t seed = 1) {
  Dice dice(seed);
  std::string out;
  while (out.size() < size) {
    Dice word(dice.Roll(300));
    const uint32_t length = 1 + word.Roll(9);
    for (uint32_t i = 0; i < length; ++i) out += static_cast<char>('a' + word.Roll(letters));
    out += "  \n,"[dice.Roll(4)];
  }
  return out.substr(0, size);
}

std::string Noise(size_t size) {
  Dice dice(2);
  std::string out;
  while (out.size() < size) out += static_cast<char>(32 + dice.Roll(95));
  return out;
}

// Text, noise, runs, and what was there before.
std::string Mixed(size_t size) {
  Dice dice(3);
  std::string out;
  while (out.size() < size) {
    const uint32_t kind = dice.Roll(4);
    const size_t length = 1 + dice.Roll(3000);
    if (kind == 0) {
      out += Text(length, 26, dice.Roll(1000));
    } else if (kind == 1) {
      out += Noise(length);
    } else if (kind == 2) {
      out += std::string(length, static_cast<char>('a' + dice.Roll(3)));
    } else {
      const size_t back = std::min<size_t>(1 + dice.Roll(40000), out.size());
      out += out.substr(out.size() - back, length);
    }
  }
  return out.substr(0, size);
}

// Repeats at the far end of what matches may refer to, and beyond it.
std::string Far(size_t size) {
  const std::string block = Noise(32768);
  std::string out;
  while (out.size() < size) {
    const size_t gap = out.size() % 7;
    out += block + std::string(gap, 'a');
  }
  return out.substr(0, size);
}

enum Kind { kText, kNoise, kSame, kMixed, kFar };

std::string Make(Kind kind, size_t size) {
  switch (kind) {
    case kText:
      return Text(size);
    case kNoise:
      return Noise(size);
    case kSame:
      return std::string(size, 'a');
    case kMixed:
      return Mixed(size);
    case kFar:
      return Far(size);
  }
  return "";
}

struct Case {
  Kind kind;
  size_t size;
  size_t compressed;
  uint32_t crc;  // of the compressed bytes
};

constexpr Case kCases[] = {
    {kText, 0, 28, 0xdf85d7b5},
    {kText, 1, 30, 0xb7c3ffb7},
    {kText, 2, 31, 0xe2f796e3},
    {kText, 3, 32, 0xfbd3e691},
    {kText, 4, 33, 0x916b0b0d},
    {kText, 5, 34, 0x3866f98d},
    {kText, 7, 36, 0x7a3054a4},
    {kText, 8, 37, 0x0c12fd11},
    {kText, 20, 49, 0x150a9f5b},
    {kText, 64, 84, 0x7baea51b},
    {kText, 257, 185, 0xeaefe24a},
    {kText, 258, 186, 0x24f2ffc1},
    {kText, 259, 186, 0xc538b1ef},
    {kText, 262, 188, 0x8ed344e7},
    {kText, 1000, 568, 0x20573c49},
    {kText, 4097, 1862, 0x2f3bb120},
    {kText, 16384, 6144, 0xda6c578f},
    {kText, 32768, 11760, 0x7dfa3690},
    {kText, 33000, 11838, 0xf0579fbe},
    {kText, 65273, 22659, 0xc339d032},
    {kText, 65274, 22660, 0x63be207e},
    {kText, 65535, 22740, 0xa0368baf},
    {kText, 65536, 22740, 0xd5a092d8},
    {kText, 70000, 24237, 0x3b9f0017},
    {kText, 98305, 33715, 0xc2bd5fb5},
    {kText, 200000, 67630, 0x7bdb251c},
    {kText, 1000000, 333045, 0x7d8ecfe1},
    {kNoise, 0, 28, 0xdf85d7b5},
    {kNoise, 1, 30, 0xe44bb2f8},
    {kNoise, 2, 31, 0xbbf0def0},
    {kNoise, 3, 32, 0x9a240f38},
    {kNoise, 4, 33, 0xee4c188b},
    {kNoise, 5, 34, 0x7d836062},
    {kNoise, 7, 36, 0x41eb7aab},
    {kNoise, 8, 37, 0xe1419063},
    {kNoise, 20, 49, 0x5066d08b},
    {kNoise, 64, 93, 0xf968ea91},
    {kNoise, 257, 270, 0xb97e85e1},
    {kNoise, 258, 271, 0x4df37ff7},
    {kNoise, 259, 273, 0x3dbc5c9f},
    {kNoise, 262, 276, 0xc195b46b},
    {kNoise, 1000, 882, 0xeaaa5e0b},
    {kNoise, 4097, 3445, 0x057e8821},
    {kNoise, 16384, 13646, 0xeb6f5e96},
    {kNoise, 32768, 27259, 0x4a0ba2c9},
    {kNoise, 33000, 27481, 0x47e35790},
    {kNoise, 65273, 54281, 0x718a6894},
    {kNoise, 65274, 54282, 0xae8ce5b2},
    {kNoise, 65535, 54499, 0x39198a9d},
    {kNoise, 65536, 54499, 0x0c4ee65a},
    {kNoise, 70000, 58216, 0x2407c388},
    {kNoise, 98305, 81739, 0x3904763c},
    {kNoise, 200000, 166260, 0x4f6a5c0f},
    {kNoise, 1000000, 831099, 0x7148994b},
    {kSame, 0, 28, 0xdf85d7b5},
    {kSame, 1, 30, 0xed81d1c0},
    {kSame, 2, 31, 0x768e1e25},
    {kSame, 3, 32, 0x59691aa8},
    {kSame, 4, 33, 0x6af81338},
    {kSame, 5, 32, 0xc3b17e78},
    {kSame, 7, 32, 0x0cdca527},
    {kSame, 8, 32, 0x32309759},
    {kSame, 20, 32, 0xfe52563a},
    {kSame, 64, 32, 0x58e7ea09},
    {kSame, 257, 32, 0xd69fa66e},
    {kSame, 258, 32, 0x87bdb7f3},
    {kSame, 259, 32, 0x72868c79},
    {kSame, 262, 35, 0x831f6cca},
    {kSame, 1000, 37, 0xd44cc0fa},
    {kSame, 4097, 48, 0x4c539836},
    {kSame, 16384, 61, 0xc2bf4e18},
    {kSame, 32768, 74, 0x13aaf1d7},
    {kSame, 33000, 76, 0xcdc8eaea},
    {kSame, 65273, 107, 0x667f8811},
    {kSame, 65274, 107, 0x8246e832},
    {kSame, 65535, 106, 0x95c10457},
    {kSame, 65536, 106, 0x1dca8f43},
    {kSame, 70000, 113, 0x98de3b51},
    {kSame, 98305, 140, 0xcaeec583},
    {kSame, 200000, 239, 0x41a30e31},
    {kSame, 1000000, 1013, 0xb77f0498},
    {kMixed, 64, 32, 0xbe8990a3},
    {kMixed, 257, 32, 0xde9dc4ce},
    {kMixed, 258, 32, 0xb501f602},
    {kMixed, 259, 32, 0x5c6c12c9},
    {kMixed, 262, 35, 0x9064b15c},
    {kMixed, 1000, 550, 0xe51e45eb},
    {kMixed, 4097, 1211, 0x5c3d7415},
    {kMixed, 16384, 3157, 0x640cd64b},
    {kMixed, 32768, 4027, 0xda7e1e04},
    {kMixed, 33000, 4028, 0xc13bf0ed},
    {kMixed, 65273, 6885, 0x685a801d},
    {kMixed, 65274, 6885, 0xb81d355d},
    {kMixed, 65535, 6887, 0x84c302df},
    {kMixed, 65536, 6887, 0x03fd6f60},
    {kMixed, 70000, 6940, 0x49db5ded},
    {kMixed, 98305, 10918, 0xac28fb75},
    {kMixed, 200000, 23607, 0xdb469be8},
    {kMixed, 1000000, 101292, 0x21ffea24},
    {kFar, 64, 93, 0xf968ea91},
    {kFar, 257, 270, 0xb97e85e1},
    {kFar, 258, 271, 0x4df37ff7},
    {kFar, 259, 273, 0x3dbc5c9f},
    {kFar, 262, 276, 0xc195b46b},
    {kFar, 1000, 882, 0xeaaa5e0b},
    {kFar, 4097, 3445, 0x057e8821},
    {kFar, 16384, 13646, 0xeb6f5e96},
    {kFar, 32768, 27259, 0x4a0ba2c9},
    {kFar, 33000, 27267, 0xf8d40395},
    {kFar, 65273, 27523, 0xd3578f14},
    {kFar, 65274, 27523, 0x4d878196},
    {kFar, 65535, 27526, 0xa18c7ba0},
    {kFar, 65536, 27528, 0xfc3c1c42},
    {kFar, 70000, 31533, 0xd95f6c02},
    {kFar, 98305, 55096, 0xd3916cda},
    {kFar, 200000, 112918, 0xa5236067},
    {kFar, 1000000, 564412, 0xe60eb187},
};

TEST(GoGzip, GivesTheBytesOfTheStockProgram) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(testing::Message() << "kind " << c.kind << ", " << c.size << " bytes");
    const std::string text = Make(c.kind, c.size);
    const std::string compressed = GoGzip(text);
    EXPECT_EQ(compressed.size(), c.compressed);
    EXPECT_EQ(crc32_z(0, reinterpret_cast<const Bytef*>(compressed.data()), compressed.size()), c.crc);
    const auto back = Gunzip(compressed, text.size());
    ASSERT_TRUE(back.ok()) << back.error().message();
    EXPECT_EQ(*back, text);
  }
}

// Letters in the proportions that make the longest codes, which must be cut to 15 bits.
TEST(GoGzip, CodesOfLimitedLengthCanBeRead) {
  std::string text;
  size_t count = 1, before = 1;
  for (char letter = 'A'; letter < 'A' + 24; ++letter) {
    text += std::string(std::min<size_t>(count, 40000), letter);
    count += std::exchange(before, count);
  }
  Dice dice(5);
  for (size_t i = text.size(); i-- > 1;) std::swap(text[i], text[dice.Roll(static_cast<uint32_t>(i + 1))]);
  const auto back = Gunzip(GoGzip(text), text.size());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, text);
}

}  // namespace
}  // namespace base::archive
