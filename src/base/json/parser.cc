#include "base/json/parser.h"

#include <bit>
#include <cstring>

#include "base/core/memory.h"
#include "base/core/strings.h"
#include "base/text/unicode.h"

namespace base::json {
namespace {

constexpr uint64_t Repeat(uint8_t byte) { return 0x0101010101010101u * byte; }

uint64_t Load(const char* at) {
  uint64_t chunk;
  std::memcpy(&chunk, at, sizeof chunk);
  return chunk;
}

// High bit set in the first (lowest) byte that is zero; bytes above it may be set wrongly.
constexpr uint64_t ZeroBytes(uint64_t chunk) { return (chunk - Repeat(0x01)) & ~chunk & Repeat(0x80); }

// Likewise for the first byte that ends the plain run of a string: quote, backslash, control or non-ASCII.
constexpr uint64_t SpecialBytes(uint64_t chunk) {
  const uint64_t control = (chunk - Repeat(0x20)) & ~chunk & Repeat(0x80);
  return ZeroBytes(chunk ^ Repeat('"')) | ZeroBytes(chunk ^ Repeat('\\')) | control | (chunk & Repeat(0x80));
}

class Parser {
 public:
  Parser(Document::Tape* tape, const ParseOptions& options)
      : tape_(*tape),
        options_(options),
        begin_(tape->text.data()),
        at_(begin_),
        end_(begin_ + tape->text.size()) {}

  std::optional<ParseError> Run() {
    tape_.entries.reserve(static_cast<size_t>(end_ - begin_) / 24 + 4);
    core::UseLargePages(tape_.entries.data(), tape_.entries.capacity() * sizeof(Document::Entry));
    bool ok = Value();
    while (ok && !open_.empty()) ok = Next();
    if (ok) {
      SkipSpace();
      if (at_ != end_) ok = Unexpected("after top-level value");
    }
    if (ok) return std::nullopt;
    return std::move(error_);
  }

 private:
  struct Open {
    uint32_t entry;  // its index; meaningless below the index depth
    uint32_t count;
    bool object;
  };

  bool Indexing() const { return static_cast<int64_t>(open_.size()) <= options_.index_depth; }
  uint32_t Offset() const { return static_cast<uint32_t>(at_ - begin_); }

  bool Fail(std::string message) {
    error_ = ParseError{Offset(), std::move(message)};
    return false;
  }

  bool Unexpected(std::string_view where) {
    if (at_ == end_) return Fail("unexpected end of JSON input");
    // Go names the byte, as the rune of that number.
    const auto byte = static_cast<unsigned char>(*at_);
    std::string quoted;
    if (byte == '\'') {
      quoted = "\\'";
    } else if (byte == '"') {
      quoted = "\"";
    } else {
      std::string rune;
      text::AppendRune(byte, &rune);
      quoted = core::GoQuote(rune);
      quoted = quoted.substr(1, quoted.size() - 2);
    }
    return Fail("invalid character '" + quoted + "' " + std::string(where));
  }

  void SkipSpace() {
    while (end_ - at_ >= 8 && Load(at_) == Repeat(' ')) at_ += 8;
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) {
      const bool newline = *at_++ == '\n';
      while (newline && end_ - at_ >= 8 && Load(at_) == Repeat(' ')) at_ += 8;
    }
  }

  void Put(Kind kind, uint32_t from, bool plain) {
    if (!Indexing()) return;
    tape_.entries.push_back({from, Offset(), static_cast<uint32_t>(tape_.entries.size() + 1),
                             static_cast<uint32_t>(kind), plain, false, 0});
  }

  bool Value() {
    SkipSpace();
    if (at_ == end_) return Unexpected("");
    const uint32_t from = Offset();
    switch (*at_) {
      case '{':
        return OpenContainer(true);
      case '[':
        return OpenContainer(false);
      case '"': {
        bool plain = true;
        if (!String(&plain)) return false;
        Put(Kind::kString, from, plain);
        return true;
      }
      case 't':
        return Literal("true", Kind::kBool);
      case 'f':
        return Literal("false", Kind::kBool);
      case 'n':
        return Literal("null", Kind::kNull);
      default:
        if (*at_ != '-' && !IsDigit()) return Unexpected("looking for beginning of value");
        if (!Number()) return false;
        Put(Kind::kNumber, from, true);
        return true;
    }
  }

  bool OpenContainer(bool object) {
    if (static_cast<int64_t>(open_.size()) >= options_.max_depth) return Fail("exceeded max depth");
    const auto index = static_cast<uint32_t>(tape_.entries.size());
    const Kind kind = object ? Kind::kObject : Kind::kArray;
    if (Indexing()) {
      const bool opaque = static_cast<int64_t>(open_.size()) == options_.index_depth;
      tape_.entries.push_back({Offset(), 0, 0, static_cast<uint32_t>(kind), true, opaque, 0});
    }
    ++at_;
    open_.push_back({index, 0, object});
    SkipSpace();
    if (at_ < end_ && *at_ == (object ? '}' : ']')) return CloseContainer();
    at_first_ = true;
    return true;
  }

  bool CloseContainer() {
    ++at_;
    const Open closed = open_.back();
    open_.pop_back();
    if (!Indexing()) return true;
    Document::Entry& entry = tape_.entries[closed.entry];
    entry.end = Offset();
    entry.next = static_cast<uint32_t>(tape_.entries.size());
    if (!entry.opaque) {
      if (closed.count >= 1u << 27) return Fail("too many elements");
      entry.count = closed.count;
    }
    return true;
  }

  // One element, or one key and its value. Containers are opened here and filled by Next.
  bool Item() {
    Open& open = open_.back();
    ++open.count;
    if (!open.object) return Value();
    SkipSpace();
    if (at_ == end_ || *at_ != '"') return Unexpected("looking for beginning of object key string");
    const uint32_t from = Offset();
    bool plain = true;
    if (!String(&plain)) return false;
    Put(Kind::kString, from, plain);
    SkipSpace();
    if (at_ == end_ || *at_ != ':') return Unexpected("after object key");
    ++at_;
    return Value();
  }

  // The first item of a container just opened, or what follows a value inside the innermost one. The way into
  // a container always leads through here: its depth costs no stack.
  bool Next() {
    if (at_first_) {
      at_first_ = false;
      return Item();
    }
    SkipSpace();
    const bool object = open_.back().object;
    if (at_ < end_ && *at_ == ',') {
      ++at_;
      return Item();
    }
    if (at_ < end_ && *at_ == (object ? '}' : ']')) return CloseContainer();
    return Unexpected(object ? "after object key:value pair" : "after array element");
  }

  bool Literal(std::string_view word, Kind kind) {
    const uint32_t from = Offset();
    for (size_t i = 0; i < word.size(); ++i, ++at_) {
      if (at_ == end_ || *at_ != word[i]) {
        return Unexpected("in literal " + std::string(word) + " (expecting '" + word[i] + "')");
      }
    }
    Put(kind, from, true);
    return true;
  }

  bool IsDigit() const { return at_ < end_ && *at_ >= '0' && *at_ <= '9'; }
  void SkipDigits() {
    while (IsDigit()) ++at_;
  }

  bool Number() {
    if (*at_ == '-') ++at_;
    if (!IsDigit()) return Unexpected("in numeric literal");
    if (*at_ == '0') {
      ++at_;
    } else {
      SkipDigits();
    }
    if (at_ < end_ && *at_ == '.') {
      ++at_;
      if (!IsDigit()) return Unexpected("after decimal point in numeric literal");
      SkipDigits();
    }
    if (at_ < end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ < end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!IsDigit()) return Unexpected("in exponent of numeric literal");
      SkipDigits();
    }
    return true;
  }

  bool String(bool* plain) {
    const char* start = ++at_;
    bool ascii = true;
    for (;;) {
      while (end_ - at_ >= 8) {
        const uint64_t special = SpecialBytes(Load(at_));
        if (special == 0) {
          at_ += 8;
          continue;
        }
        at_ += std::countr_zero(special) / 8;
        break;
      }
      if (at_ == end_) return Unexpected("");
      const auto byte = static_cast<unsigned char>(*at_);
      if (byte == '"') break;
      if (byte == '\\') {
        *plain = false;
        if (!Escape()) return false;
      } else if (byte < 0x20) {
        return Unexpected("in string literal");
      } else {
        ascii = ascii && byte < 0x80;
        ++at_;
      }
    }
    if (*plain && !ascii) *plain = text::ValidUtf8({start, static_cast<size_t>(at_ - start)});
    ++at_;
    return true;
  }

  bool Escape() {
    ++at_;
    if (at_ == end_) return Unexpected("");
    if (*at_ != 'u') {
      if (std::string_view("\"\\/bfnrt").find(*at_) == std::string_view::npos) {
        return Unexpected("in string escape code");
      }
      ++at_;
      return true;
    }
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
      const bool hex =
          at_ < end_ && (IsDigit() || (*at_ >= 'a' && *at_ <= 'f') || (*at_ >= 'A' && *at_ <= 'F'));
      if (!hex) return Unexpected("in \\u hexadecimal character escape");
    }
    return true;
  }

  Document::Tape& tape_;
  const ParseOptions& options_;
  const char* const begin_;
  const char* at_;
  const char* const end_;
  std::vector<Open> open_;
  bool at_first_ = false;  // the innermost container has been opened, its first item not been read
  std::optional<ParseError> error_;
};

}  // namespace

std::optional<ParseError> ParseInto(Document::Tape* tape, const ParseOptions& options) {
  if (tape->text.size() >= UINT32_MAX) return ParseError{0, "larger than 4 GiB"};
  return Parser(tape, options).Run();
}

}  // namespace base::json
