// Huffman codes of limited length as Go's compress/flate makes them, ties included, so that its output can be
// had byte for byte. Not decoding. Used by deflate_block.cc.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace base::archive {

struct HuffmanCode {
  uint16_t bits = 0;  // first bit lowest, as deflate packs them
  uint8_t length = 0;
};

// One code for each symbol, of length 0 where its count is 0. max_length: 1 to 15; there must be room for all
// symbols.
std::vector<HuffmanCode> BuildHuffmanCode(std::span<const uint32_t> counts, int max_length);

// Canonical codes by their lengths: shorter ones first, then by symbol.
std::vector<HuffmanCode> CanonicalCode(std::span<const uint8_t> lengths);

}  // namespace base::archive
