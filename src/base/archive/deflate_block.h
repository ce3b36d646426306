// Blocks of a deflate stream (RFC 1951) out of literals and matches, each stored, with the fixed or with its
// own codes, whichever is shortest by Go's reckoning. Not the search for matches (go_gzip.cc).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace base::archive {

// A literal byte (distance 0), or a copy of `length` (3 to 258) bytes from `distance` (1 to 32768) back.
struct DeflateToken {
  uint16_t length_or_byte;
  uint16_t distance_minus_one = 0;
  bool match = false;
};

class DeflateWriter {
 public:
  explicit DeflateWriter(std::string* out) : out_(out) {}

  // `input`: the bytes that the tokens stand for, where they may be stored instead.
  void WriteBlock(std::span<const DeflateToken> tokens, std::optional<std::string_view> input);
  // At most 65535 bytes. An empty one brings the stream to a whole byte.
  void WriteStored(std::string_view input, bool final);

 private:
  struct Plan;
  void PutBits(uint32_t value, int count);
  void Align();
  void WriteHeader(const Plan& plan);
  void WriteTokens(std::span<const DeflateToken> tokens, const Plan& plan, bool fixed);

  std::string* out_;
  uint64_t bits_ = 0;
  int count_ = 0;
};

}  // namespace base::archive
