#include "base/archive/deflate_block.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/archive/huffman.h"

namespace base::archive {
namespace {

constexpr int kLiteralSymbols = 286;
constexpr int kDistanceSymbols = 30;
constexpr int kLengthSymbols = 19;
constexpr int kEndOfBlock = 256;
constexpr size_t kMaxStored = 65535;
constexpr int kMinLength = 3, kMaxLength = 258;

// The order in which the lengths of the lengths' codes are written (RFC 1951, 3.2.7).
constexpr std::array<uint8_t, kLengthSymbols> kLengthOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                              11, 4,  12, 3, 13, 2, 14, 1, 15};

// A symbol that stands for a range of lengths or distances; which of them is told by more bits.
struct Bucket {
  uint16_t symbol;
  uint8_t extra_bits;
  uint16_t extra;
};

// Lengths come in groups of four symbols, distances of two; each group has twice the range of the one before.
Bucket BucketOf(int offset, int log_group) {
  const int group = 1 << log_group;
  if (offset < 2 * group) return {static_cast<uint16_t>(offset), 0, 0};
  const int extra_bits = static_cast<int>(std::bit_width(static_cast<unsigned>(offset))) - 1 - log_group;
  const int step = offset >> extra_bits;  // from group to 2 * group - 1
  return {static_cast<uint16_t>(extra_bits * group + step), static_cast<uint8_t>(extra_bits),
          static_cast<uint16_t>(offset - (step << extra_bits))};
}

Bucket LengthBucket(int length) {
  // The longest has a symbol of its own.
  Bucket bucket = length == kMaxLength ? Bucket{28, 0, 0} : BucketOf(length - kMinLength, 2);
  bucket.symbol += kEndOfBlock + 1;
  return bucket;
}

Bucket DistanceBucket(int distance_minus_one) { return BucketOf(distance_minus_one, 1); }

// Symbols of the run-length code for code lengths, with what follows each.
struct LengthSymbol {
  uint8_t symbol;
  uint8_t extra_bits = 0;
  uint8_t extra = 0;
};

std::vector<LengthSymbol> RunLengths(std::span<const uint8_t> lengths) {
  std::vector<LengthSymbol> out;
  for (size_t at = 0; at < lengths.size();) {
    const uint8_t length = lengths[at];
    int run = 1;
    while (at + run < lengths.size() && lengths[at + run] == length) ++run;
    at += run;
    const auto repeat = [&](uint8_t symbol, uint8_t extra_bits, int least, int most) {
      const int take = std::min(run, most);
      out.push_back({symbol, extra_bits, static_cast<uint8_t>(take - least)});
      run -= take;
    };
    if (length) {
      out.push_back({length});
      --run;
      while (run >= 3) repeat(16, 2, 3, 6);
    } else {
      while (run >= 11) repeat(18, 7, 11, 138);
      if (run >= 3) repeat(17, 3, 3, 10);
    }
    while (run-- > 0) out.push_back({length});
  }
  return out;
}

struct Codes {
  std::vector<HuffmanCode> literals, distances;
};

const Codes& FixedCodes() {
  static const Codes codes = [] {
    std::array<uint8_t, kLiteralSymbols + 2> literals;
    for (int symbol = 0; symbol < static_cast<int>(literals.size()); ++symbol)
      literals[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    std::array<uint8_t, kDistanceSymbols + 2> distances;
    distances.fill(5);
    return Codes{CanonicalCode(literals), CanonicalCode(distances)};
  }();
  return codes;
}

size_t BitsOf(std::span<const uint32_t> counts, std::span<const HuffmanCode> codes) {
  size_t bits = 0;
  for (size_t symbol = 0; symbol < counts.size(); ++symbol)
    bits += size_t{counts[symbol]} * codes[symbol].length;
  return bits;
}

}  // namespace

// The codes of one block and what they cost.
struct DeflateWriter::Plan {
  explicit Plan(std::span<const DeflateToken> tokens) {
    for (const DeflateToken& token : tokens) {
      if (!token.match) {
        ++literal_counts[token.length_or_byte];
        continue;
      }
      const Bucket length = LengthBucket(token.length_or_byte);
      const Bucket distance = DistanceBucket(token.distance_minus_one);
      ++literal_counts[length.symbol];
      ++distance_counts[distance.symbol];
      extra_bits += length.extra_bits + distance.extra_bits;
    }
    literal_counts[kEndOfBlock] = 1;
    while (!literal_counts[literals - 1]) --literals;
    while (distances > 0 && !distance_counts[distances - 1]) --distances;
    if (distances == 0) distance_counts[distances++] = 1;  // there must be one, used or not
    codes = {BuildHuffmanCode(literal_counts, 15), BuildHuffmanCode(distance_counts, 15)};

    std::vector<uint8_t> lengths;
    for (int symbol = 0; symbol < literals; ++symbol) lengths.push_back(codes.literals[symbol].length);
    for (int symbol = 0; symbol < distances; ++symbol) lengths.push_back(codes.distances[symbol].length);
    runs = RunLengths(lengths);
    std::array<uint32_t, kLengthSymbols> counts{};
    size_t run_bits = 0;
    for (const LengthSymbol& run : runs) {
      ++counts[run.symbol];
      run_bits += run.extra_bits;
    }
    length_codes = BuildHuffmanCode(counts, 7);
    while (written_lengths > 4 && !counts[kLengthOrder[written_lengths - 1]]) --written_lengths;
    own_bits = 3 + 5 + 5 + 4 + 3 * written_lengths + BitsOf(counts, length_codes) + run_bits +
               BitsOf(literal_counts, codes.literals) + BitsOf(distance_counts, codes.distances) + extra_bits;
    fixed_bits = 3 + BitsOf(literal_counts, FixedCodes().literals) +
                 BitsOf(distance_counts, FixedCodes().distances) + extra_bits;
  }

  std::array<uint32_t, kLiteralSymbols> literal_counts{};
  std::array<uint32_t, kDistanceSymbols> distance_counts{};
  int literals = kLiteralSymbols, distances = kDistanceSymbols, written_lengths = kLengthSymbols;
  size_t extra_bits = 0, own_bits = 0, fixed_bits = 0;
  Codes codes;
  std::vector<LengthSymbol> runs;
  std::vector<HuffmanCode> length_codes;
};

void DeflateWriter::PutBits(uint32_t value, int count) {
  bits_ |= uint64_t{value} << count_;
  count_ += count;
  for (; count_ >= 8; count_ -= 8, bits_ >>= 8) *out_ += static_cast<char>(bits_ & 0xff);
}

void DeflateWriter::Align() {
  if (count_) *out_ += static_cast<char>(bits_ & 0xff);
  bits_ = 0;
  count_ = 0;
}

void DeflateWriter::WriteStored(std::string_view input, bool final) {
  PutBits(final ? 1 : 0, 3);
  Align();
  const uint16_t size = static_cast<uint16_t>(input.size());
  PutBits(size, 16);
  PutBits(static_cast<uint16_t>(~size), 16);
  out_->append(input);
}

void DeflateWriter::WriteBlock(std::span<const DeflateToken> tokens, std::optional<std::string_view> input) {
  const Plan plan(tokens);
  const bool fixed = plan.fixed_bits <= plan.own_bits;
  const size_t best = std::min(plan.fixed_bits, plan.own_bits);
  if (input && input->size() <= kMaxStored && (input->size() + 5) * 8 < best)
    return WriteStored(*input, /*final=*/false);
  if (fixed)
    PutBits(2, 3);
  else
    WriteHeader(plan);
  WriteTokens(tokens, plan, fixed);
}

void DeflateWriter::WriteHeader(const Plan& plan) {
  PutBits(4, 3);
  PutBits(plan.literals - 257, 5);
  PutBits(plan.distances - 1, 5);
  PutBits(plan.written_lengths - 4, 4);
  for (int i = 0; i < plan.written_lengths; ++i) PutBits(plan.length_codes[kLengthOrder[i]].length, 3);
  for (const LengthSymbol& run : plan.runs) {
    const HuffmanCode& code = plan.length_codes[run.symbol];
    PutBits(code.bits, code.length);
    PutBits(run.extra, run.extra_bits);
  }
}

void DeflateWriter::WriteTokens(std::span<const DeflateToken> tokens, const Plan& plan, bool fixed) {
  const Codes& codes = fixed ? FixedCodes() : plan.codes;
  const auto put = [&](const HuffmanCode& code) { PutBits(code.bits, code.length); };
  for (const DeflateToken& token : tokens) {
    if (!token.match) {
      put(codes.literals[token.length_or_byte]);
      continue;
    }
    const Bucket length = LengthBucket(token.length_or_byte);
    const Bucket distance = DistanceBucket(token.distance_minus_one);
    put(codes.literals[length.symbol]);
    PutBits(length.extra, length.extra_bits);
    put(codes.distances[distance.symbol]);
    PutBits(distance.extra, distance.extra_bits);
  }
  put(codes.literals[kEndOfBlock]);
}

}  // namespace base::archive
