#include "base/archive/go_gzip.h"

#include <zlib.h>

#include <algorithm>
#include <vector>

#include "base/archive/deflate_block.h"

namespace base::archive {
namespace {

// What makes the output the one of Go's level 6. Positions are those of the whole input; Go keeps a window of
// two halves and moves it on by one half whenever fewer than kLookahead bytes are left in it. What lies
// before the window cannot be referred to, which is why `window_` is kept here too.
constexpr int64_t kHalf = 32768;
constexpr int64_t kMinMatch = 4, kMaxMatch = 258;
constexpr int64_t kLookahead = kMinMatch + kMaxMatch;
constexpr int kHashBits = 17;
constexpr size_t kBlockTokens = 16384;
constexpr int64_t kLazyEnough = 16;    // a match that long is not held against the next position's
constexpr int64_t kNiceEnough = 128;   // a match that long ends the search
constexpr int kChain = 128;            // candidates looked at
constexpr int64_t kNearEnough = 4096;  // matches of the shortest length count only from that near

class Compressor {
 public:
  Compressor(std::string_view input, std::string* out)
      : input_(input), writer_(out), head_(size_t{1} << kHashBits, -1), previous_(kHalf, -1) {
    tokens_.reserve(kBlockTokens);
  }

  void Run() {
    const int64_t size = static_cast<int64_t>(input_.size());
    while (filled_ < size) {
      Advance(/*to_the_end=*/false);
      if (index_ - window_ >= 2 * kHalf - kLookahead) window_ += kHalf;
      filled_ = std::min(size, window_ + 2 * kHalf);
    }
    Advance(/*to_the_end=*/true);
    writer_.WriteStored("", /*final=*/false);  // Flush
    writer_.WriteStored("", /*final=*/true);   // Close
  }

 private:
  struct Match {
    int64_t length = kMinMatch - 1;
    int64_t distance = 0;
  };

  void Advance(bool to_the_end) {
    while (true) {
      const int64_t ahead = filled_ - index_;
      if (ahead < kLookahead && !to_the_end) return;
      if (ahead == 0) return Finish();
      int64_t candidate = index_ + kMinMatch <= filled_ ? Insert(index_) : -1;
      const Match before = match_;
      match_ = {};
      if (candidate >= std::max(window_, index_ - kHalf) && ahead > before.length &&
          before.length < kLazyEnough)
        match_ = FindMatch(candidate, std::min(ahead, kMaxMatch));
      if (before.length >= kMinMatch && match_.length <= before.length)
        TakePrevious(before);
      else
        Step();
    }
  }

  // The match that was found one byte before is no worse than the one here.
  void TakePrevious(const Match& match) {
    tokens_.push_back({static_cast<uint16_t>(match.length), static_cast<uint16_t>(match.distance - 1), true});
    const int64_t end = index_ + match.length - 1;
    for (++index_; index_ < end; ++index_)
      if (index_ + kMinMatch <= filled_) Insert(index_);
    byte_waits_ = false;
    match_ = {};
    if (tokens_.size() == kBlockTokens) EndBlock(index_);
  }

  // What was found here may yet be taken at the next position.
  void Step() {
    if (byte_waits_) {
      PushLiteral(index_ - 1);
      if (tokens_.size() == kBlockTokens) EndBlock(index_);
    }
    ++index_;
    byte_waits_ = true;
  }

  void Finish() {
    if (byte_waits_) PushLiteral(index_ - 1);
    byte_waits_ = false;
    if (!tokens_.empty()) EndBlock(index_);
  }

  void PushLiteral(int64_t position) {
    tokens_.push_back({static_cast<unsigned char>(input_[static_cast<size_t>(position)])});
  }

  void EndBlock(int64_t end) {
    std::optional<std::string_view> stored;
    if (block_start_ >= window_)
      stored = input_.substr(static_cast<size_t>(block_start_), static_cast<size_t>(end - block_start_));
    writer_.WriteBlock(tokens_, stored);
    block_start_ = end;
    tokens_.clear();
  }

  // Puts the position into its chain; the last position with the same hash, or -1.
  int64_t Insert(int64_t position) {
    uint32_t word = 0;
    for (int i = 0; i < kMinMatch; ++i)
      word = word << 8 | static_cast<unsigned char>(input_[static_cast<size_t>(position + i)]);
    int64_t& head = head_[word * 0x1e35a7bdu >> (32 - kHashBits)];
    previous_[static_cast<size_t>(position % kHalf)] = head;
    return std::exchange(head, position);
  }

  Match FindMatch(int64_t candidate, int64_t limit) const {
    const char* here = input_.data() + index_;
    const int64_t nice = std::min(kNiceEnough, limit);
    const int64_t oldest = index_ - kHalf;
    Match best;
    for (int tries = kChain; tries > 0; --tries) {
      const char* there = input_.data() + candidate;
      // best.length < limit here: a match of `limit` bytes is nice and ends the search.
      if (here[best.length] == there[best.length]) {
        const int64_t length = std::mismatch(here, here + limit, there).first - here;
        if (length > best.length && (length > kMinMatch || index_ - candidate <= kNearEnough)) {
          best = {length, index_ - candidate};
          if (length >= nice) break;
        }
      }
      if (candidate == oldest) break;  // its place in the chain is taken by now
      candidate = previous_[static_cast<size_t>(candidate % kHalf)];
      if (candidate < std::max(oldest, window_)) break;
    }
    return best;
  }

  const std::string_view input_;
  DeflateWriter writer_;
  std::vector<int64_t> head_, previous_;
  std::vector<DeflateToken> tokens_;
  int64_t window_ = 0;       // first byte that matches may refer to
  int64_t filled_ = 0;       // end of what has been looked at
  int64_t index_ = 0;        // next position
  int64_t block_start_ = 0;  // first byte of the block under way
  Match match_;
  bool byte_waits_ = false;  // the byte before index_ is not in the tokens yet
};

void AppendLittleEndian(uint32_t number, std::string* out) {
  for (int shift = 0; shift < 32; shift += 8) *out += static_cast<char>(number >> shift & 0xff);
}

}  // namespace

std::string GoGzip(std::string_view bytes) {
  // No name, no time, no particular effort, unknown system.
  std::string out("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
  Compressor(bytes, &out).Run();
  AppendLittleEndian(
      static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size())), &out);
  AppendLittleEndian(static_cast<uint32_t>(bytes.size()), &out);
  return out;
}

}  // namespace base::archive
