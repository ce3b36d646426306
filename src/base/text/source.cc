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
      if (newline == nullptr) break;
      at = static_cast<const char*>(newline) + 1;
      line_starts_.push_back(static_cast<uint32_t>(at - begin));
    }
  });
  return line_starts_;
}

Position SourceBuffer::PositionAt(uint32_t offset) const {
  const std::vector<uint32_t>& starts = LineStarts();
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(text_.size()));
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  uint32_t start = *(after - 1);
  // A byte order mark takes no column.
  if (start == 0 && offset >= 3 && text().starts_with("\xEF\xBB\xBF")) start = 3;
  const size_t column = CountGraphemes(text().substr(start, offset - start)) + 1;
  return {static_cast<int>(after - starts.begin()), static_cast<int>(column), static_cast<int>(offset)};
}

Range SourceBuffer::RangeOf(Span span) const { return {name_, PositionAt(span.begin), PositionAt(span.end)}; }

std::string_view SourceBuffer::Line(int number) const {
  if (number < 1 || number > line_count()) return {};
  const uint32_t start = LineStart(number);
  std::string_view line = text().substr(start);
  line = line.substr(0, line.find('\n'));
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
