#include "provider/provisioner/output_lines.h"

#include "base/text/unicode.h"

namespace provider::provisioner {
namespace {

constexpr size_t kLineLimit = 64u << 10;
constexpr size_t kTailLimit = 8u << 10;

// Where the text may be cut without cutting a character.
size_t CutPoint(std::string_view text) {
  size_t at = text.size();
  for (int back = 0; back < 3 && at > 0 && (static_cast<unsigned char>(text[at - 1]) & 0xC0) == 0x80; ++back)
    --at;
  if (at > 0 && static_cast<unsigned char>(text[at - 1]) >= 0xC0) return at - 1;
  return text.size();
}

}  // namespace

void OutputLines::Add(std::string_view piece) {
  tail_.append(piece);
  if (tail_.size() > 2 * kTailLimit) tail_.erase(0, tail_.size() - kTailLimit);
  line_.append(piece);
  const size_t end = line_.find_last_of('\n');
  size_t whole = end == std::string::npos ? 0 : end + 1;
  if (line_.size() - whole > kLineLimit) whole = CutPoint(line_);
  if (whole == 0) return;
  Tell(std::string_view(line_).substr(0, whole));
  line_.erase(0, whole);
}

void OutputLines::Finish() {
  if (!line_.empty()) Tell(line_);
  line_.clear();
}

void OutputLines::Tell(std::string_view text) const {
  const std::string valid = base::text::ReplaceInvalidUtf8(text);
  if (telling_ == Telling::kTogether) return tell_(valid);
  for (std::string_view rest = valid; !rest.empty();) {
    const size_t end = rest.find('\n');
    const size_t length = end == std::string_view::npos ? rest.size() : end + 1;
    tell_(rest.substr(0, length));
    rest.remove_prefix(length);
  }
}

std::string OutputLines::Tail() const {
  const std::string_view tail = tail_;
  return base::text::ReplaceInvalidUtf8(tail.size() > kTailLimit ? tail.substr(tail.size() - kTailLimit)
                                                                 : tail);
}

}  // namespace provider::provisioner
