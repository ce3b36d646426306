#include "base/text/source.h"

#include <algorithm>
#include <cstring>

#include "base/core/check.h"
#include "base/text/unicode.h"

namespace base::text {

SourceBuffer::SourceBuffer(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  CHECK(text_.size() <= UINT32_MAX);
}

const std::vector<uint32_t>& SourceBuffer::LineStarts() const {
  std::call_once(lines_once_, [this] {
    line_starts_.push_back(0);
    const char* begin = text_.data();
    const char* end = begin + text_.size();
    for (const char* at = begin; at < end;) {
      const void* newline = std::memchr(at, '\n', static_cast<size_t>(end - at));
      const char* next = newline == nullptr ? end : static_cast<const char*>(newline) + 1;
      AddMilestones(static_cast<uint32_t>(at - begin), static_cast<uint32_t>(next - begin));
      at = next;
      if (newline != nullptr) line_starts_.push_back(static_cast<uint32_t>(at - begin));
    }
  });
  return line_starts_;
}

void SourceBuffer::AddMilestones(uint32_t begin, uint32_t end) const {
  constexpr uint32_t kApart = 4096;
  if (begin == 0 && text().starts_with("\xEF\xBB\xBF")) begin = 3;
  uint32_t columns = 0;
  for (uint32_t at = begin; end - at > kApart;) {
    uint32_t next = at + kApart;
    // Between two ASCII characters there is always a boundary of clusters, but for CR and LF.
    const auto plain = [&](uint32_t i) {
      return static_cast<unsigned char>(text_[i]) < 0x80 && text_[i] != '\n';
    };
    while (next < end && !(plain(next - 1) && plain(next))) ++next;
    if (next >= end) break;
    columns += static_cast<uint32_t>(CountGraphemes(text().substr(at, next - at)));
    milestones_.push_back({next, columns});
    at = next;
  }
}

Position SourceBuffer::PositionAt(uint32_t offset) const {
  const std::vector<uint32_t>& starts = LineStarts();
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(text_.size()));
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  uint32_t start = *(after - 1);
  // A byte order mark takes no column.
  if (start == 0 && offset >= 3 && text().starts_with("\xEF\xBB\xBF")) start = 3;
  const auto milestone =
      std::upper_bound(milestones_.begin(), milestones_.end(), offset,
                       [](uint32_t wanted, const Milestone& stone) { return wanted < stone.offset; });
  size_t column = 1;
  if (milestone != milestones_.begin() && (milestone - 1)->offset > start) {
    start = (milestone - 1)->offset;
    column += (milestone - 1)->columns;
  }
  column += CountGraphemes(text().substr(start, offset - start));
  return {static_cast<int>(after - starts.begin()), static_cast<int>(column), static_cast<int>(offset)};
}

Range SourceBuffer::RangeOf(Span span) const { return {name_, PositionAt(span.begin), PositionAt(span.end)}; }

std::string_view SourceBuffer::Line(int number) const {
  if (number < 1 || number > line_count()) return {};
  const uint32_t start = LineStart(number);
  std::string_view line = text().substr(start, LineStart(number + 1) - start);
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

int SourceBuffer::line_count() const { return static_cast<int>(LineStarts().size()); }

uint32_t SourceBuffer::LineStart(int number) const {
  const std::vector<uint32_t>& starts = LineStarts();
  if (number < 1) return 0;
  if (number > static_cast<int>(starts.size())) return static_cast<uint32_t>(text_.size());
  return starts[static_cast<size_t>(number) - 1];
}

}  // namespace base::text
