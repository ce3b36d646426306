// Places in source text: byte spans inside a file, and the line/column ranges shown to people.
// Not a syntax tree; spans are meaningless without the SourceBuffer that they index.
// Used by language/hcl, base/json and everything that reports a diagnostic.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace base::text {

// Half-open byte interval of a SourceBuffer.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

// Smallest span that covers both.
inline Span Cover(Span a, Span b) {
  return {a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

// line: 1-based. column: 1-based, in grapheme clusters (UAX #29). byte: 0-based offset.
struct Position {
  int line = 1;
  int column = 1;
  int byte = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Range {
  std::string filename;
  Position start;
  Position end;
  friend bool operator==(const Range&, const Range&) = default;
};

// One immutable source text and its name as shown to the user. At most 4 GiB.
class SourceBuffer {
 public:
  SourceBuffer(std::string name, std::string text);
  SourceBuffer(const SourceBuffer&) = delete;
  SourceBuffer& operator=(const SourceBuffer&) = delete;

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  std::string_view Slice(Span span) const { return text().substr(span.begin, span.end - span.begin); }

  // Offsets past the end are taken as the end.
  Position PositionAt(uint32_t offset) const;
  Range RangeOf(Span span) const;

  // 1-based; without its line terminator. Empty past the last line.
  std::string_view Line(int number) const;
  int line_count() const;
  // Offset of the first byte of the 1-based line.
  uint32_t LineStart(int number) const;

 private:
  // A place within a long line, and how many columns of the line lie before it: errors in a file that is one
  // line would else each count all of it.
  struct Milestone {
    uint32_t offset;
    uint32_t columns;
  };
  const std::vector<uint32_t>& LineStarts() const;
  void AddMilestones(uint32_t begin, uint32_t end) const;

  std::string name_;
  std::string text_;
  mutable std::once_flag lines_once_;
  mutable std::vector<uint32_t> line_starts_;
  mutable std::vector<Milestone> milestones_;  // by offset
};

}  // namespace base::text
