#include "base/archive/huffman.h"

#include <algorithm>
#include <array>

namespace base::archive {
namespace {

constexpr int kMaxLength = 15;

struct Leaf {
  uint32_t count;
  uint16_t symbol;
};

// An item of one level of the package-merge algorithm: a leaf, or two items of the level below.
struct Item {
  uint64_t weight;
  bool leaf;
};

// Leaves and the pairs of the level below by weight. Where both weigh the same the pair comes first: this is
// the choice that decides between codes of the same cost.
std::vector<Item> MergeLevel(std::span<const Leaf> leaves, std::span<const Item> below) {
  std::vector<Item> level;
  level.reserve(leaves.size() + below.size() / 2);
  size_t leaf = 0, pair = 0;
  const size_t pairs = below.size() / 2;
  while (leaf < leaves.size() || pair < pairs) {
    const uint64_t pair_weight =
        pair < pairs ? below[2 * pair].weight + below[2 * pair + 1].weight : UINT64_MAX;
    if (leaf < leaves.size() && leaves[leaf].count < pair_weight)
      level.push_back({leaves[leaf++].count, true});
    else {
      level.push_back({pair_weight, false});
      ++pair;
    }
  }
  return level;
}

uint16_t Reversed(uint16_t bits, int length) {
  uint16_t reversed = 0;
  for (int i = 0; i < length; ++i) reversed = static_cast<uint16_t>(reversed << 1 | (bits >> i & 1));
  return reversed;
}

}  // namespace

std::vector<HuffmanCode> CanonicalCode(std::span<const uint8_t> lengths) {
  std::array<uint16_t, kMaxLength + 2> next{};
  for (const uint8_t length : lengths)
    if (length) ++next[length + 1];
  for (int length = 1; length <= kMaxLength; ++length)
    next[length + 1] = static_cast<uint16_t>((next[length] + next[length + 1]) << 1);
  std::vector<HuffmanCode> codes(lengths.size());
  for (size_t symbol = 0; symbol < lengths.size(); ++symbol)
    if (const uint8_t length = lengths[symbol]) codes[symbol] = {Reversed(next[length]++, length), length};
  return codes;
}

std::vector<HuffmanCode> BuildHuffmanCode(std::span<const uint32_t> counts, int max_length) {
  std::vector<Leaf> leaves;
  for (size_t symbol = 0; symbol < counts.size(); ++symbol)
    if (counts[symbol]) leaves.push_back({counts[symbol], static_cast<uint16_t>(symbol)});
  std::vector<uint8_t> lengths(counts.size());
  if (leaves.size() <= 2) {
    for (const Leaf& leaf : leaves) lengths[leaf.symbol] = 1;
    return CanonicalCode(lengths);
  }
  std::ranges::stable_sort(leaves, {}, &Leaf::count);

  // From the longest codes up: each level offers all leaves again, besides what the one below it packed.
  const int levels = std::min<int>(max_length, static_cast<int>(leaves.size()) - 1);
  std::vector<std::vector<Item>> items(levels);
  for (int level = 0; level < levels; ++level)
    items[level] =
        MergeLevel(leaves, level ? std::span<const Item>(items[level - 1]) : std::span<const Item>());

  // The cheapest 2n - 2 items of the top are the code: each time that a leaf is among those taken, its code
  // grows by a bit. Leaves are taken from the rarest on, so their number says which.
  size_t taken = 2 * leaves.size() - 2;
  for (int level = levels - 1; level >= 0 && taken; --level) {
    size_t pairs = 0, used = 0;
    for (size_t i = 0; i < taken; ++i) {
      if (items[level][i].leaf)
        ++lengths[leaves[used++].symbol];
      else
        ++pairs;
    }
    taken = 2 * pairs;
  }
  return CanonicalCode(lengths);
}

}  // namespace base::archive
