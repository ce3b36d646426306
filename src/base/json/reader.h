// JSON as data: a compact tape over the source text, each node with its byte offsets, its raw text and,
// in objects, duplicate keys visible. Not for values of the language (language/value/codec.h).
// Used by language, engine/state and the plugin room. Grammar: RFC 8259 strictly; strings as Go decodes them.
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "base/text/source.h"

namespace base::json {

enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

struct ParseOptions {
  int max_depth = 1000;  // containers within each other
  // Containers that lie deeper than this are checked, but come out as nodes without children (`opaque()`);
  // only raw() tells what is inside. 1 is the root. For large files of which most is passed on as it is.
  int index_depth = INT32_MAX;
};

struct ParseError {
  uint32_t offset = 0;
  std::string message;  // Go's words: invalid character '}' looking for beginning of value
};

class Node;
struct Member;
template <typename Item>
class NodeRange;

// One parsed text. Cheap to move; nodes stay valid as long as some Document of the parse and the text live.
class Document {
 public:
  // The text must outlive the document. At most 4 GiB.
  static std::optional<Document> Parse(std::string_view text, ParseError* error, ParseOptions options = {});
  static base::core::Result<Document> Parse(std::string_view text, ParseOptions options = {});
  // Keeps the text itself.
  static base::core::Result<Document> ParseOwned(std::string text, ParseOptions options = {});

  Node root() const;
  std::string_view text() const;

  struct Entry {          // of the tape; for Node only
    uint32_t begin, end;  // source bytes, quotes and brackets included
    uint32_t next;        // index of the entry after this node and all inside it
    uint32_t kind : 3, plain : 1, opaque : 1, count : 27;
  };
  struct Tape {
    std::string owned;
    std::string_view text;
    std::vector<Entry> entries;
  };

 private:
  std::shared_ptr<const Tape> tape_;
};

// A position on the tape. The default-constructed node is absent: it is false, and asking it more is a bug.
class Node {
 public:
  Node() = default;
  explicit operator bool() const { return tape_ != nullptr; }

  Kind kind() const { return static_cast<Kind>(entry().kind); }
  bool IsNull() const { return kind() == Kind::kNull; }
  bool IsBool() const { return kind() == Kind::kBool; }
  bool IsNumber() const { return kind() == Kind::kNumber; }
  bool IsString() const { return kind() == Kind::kString; }
  bool IsArray() const { return kind() == Kind::kArray; }
  bool IsObject() const { return kind() == Kind::kObject; }

  text::Span span() const { return {entry().begin, entry().end}; }
  std::string_view raw() const { return tape_->text.substr(entry().begin, entry().end - entry().begin); }
  bool opaque() const { return entry().opaque; }

  bool AsBool() const;                                   // kBool only
  std::string_view NumberText() const { return raw(); }  // kNumber only; fits the grammar
  std::optional<int64_t> AsInt64() const;  // nothing unless a number in integer notation that fits
  std::optional<uint64_t> AsUint64() const;
  double AsDouble() const;  // kNumber only; infinite when too large
  // kString only: decoded; lone surrogates and invalid bytes become U+FFFD.
  std::string AsString() const;
  // kString: the text between the quotes when it decodes to itself, so that nothing is copied.
  std::optional<std::string_view> PlainString() const;
  bool StringEquals(std::string_view text) const;

  // Elements of an array, members of an object; duplicates count. 0 for others and for opaque nodes.
  size_t size() const { return entry().count; }
  NodeRange<Node> Elements() const;   // kArray only
  NodeRange<Member> Members() const;  // kObject only
  // Member of an object, the last of that name; absent when there is none or this is no object. Linear.
  Node Find(std::string_view key) const;
  // Find, decoded; nothing when absent or of another kind.
  std::optional<std::string> FindString(std::string_view key) const;
  std::optional<int64_t> FindInt64(std::string_view key) const;
  std::optional<bool> FindBool(std::string_view key) const;

 private:
  friend class Document;
  template <typename Item>
  friend class NodeRange;
  Node(const Document::Tape* tape, uint32_t index) : tape_(tape), index_(index) {}
  const Document::Entry& entry() const { return tape_->entries[index_]; }

  const Document::Tape* tape_ = nullptr;
  uint32_t index_ = 0;
};

struct Member {
  Node key_node;  // kString
  Node value;
  std::string key() const { return key_node.AsString(); }
};

template <typename Item>
class NodeRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item*;
    using reference = Item;
    Iterator() = default;
    Item operator*() const {
      if constexpr (std::is_same_v<Item, Node>) {
        return Node(tape_, index_);
      } else {
        return Item{Node(tape_, index_), Node(tape_, index_ + 1)};
      }
    }
    Iterator& operator++() {
      if constexpr (!std::is_same_v<Item, Node>) ++index_;  // keys are single entries
      index_ = tape_->entries[index_].next;
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    friend class NodeRange;
    Iterator(const Document::Tape* tape, uint32_t index) : tape_(tape), index_(index) {}
    const Document::Tape* tape_ = nullptr;
    uint32_t index_ = 0;
  };

  Iterator begin() const { return Iterator(tape_, first_); }
  Iterator end() const { return Iterator(tape_, end_); }

 private:
  friend class Node;
  NodeRange(const Document::Tape* tape, uint32_t first, uint32_t end)
      : tape_(tape), first_(first), end_(end) {}
  const Document::Tape* tape_;
  uint32_t first_, end_;
};

inline NodeRange<Node> Node::Elements() const {
  CHECK(IsArray());
  return NodeRange<Node>(tape_, index_ + 1, entry().next);
}
inline NodeRange<Member> Node::Members() const {
  CHECK(IsObject());
  return NodeRange<Member>(tape_, index_ + 1, entry().next);
}

// What a JSON string literal's inside (without the quotes, grammar checked) stands for.
std::string DecodeString(std::string_view inside);

}  // namespace base::json
