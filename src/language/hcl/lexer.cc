#include "language/hcl/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/core/memory.h"
#include "base/text/unicode.h"

namespace language::hcl {
namespace {

enum ByteClass : uint8_t {
  kOther = 0,
  kIdStart = 1,     // letters and _
  kIdContinue = 2,  // letters, digits, _ and -
  kDigit = 4,
  kQuotedStop = 8,    // ends a run of plain text between quotes
  kLiteralStop = 16,  // ends a run of plain text in heredocs and bare templates
};

constexpr std::array<uint8_t, 256> MakeByteClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    uint8_t value = 0;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (letter) value |= kIdStart;
    if (letter || digit || c == '-') value |= kIdContinue;
    if (digit) value |= kDigit;
    if (c == '$' || c == '%' || c == '\n' || c == '\r' || c >= 0x80) value |= kQuotedStop | kLiteralStop;
    if (c == '"' || c == '\\') value |= kQuotedStop;
    classes[c] = value;
  }
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeByteClasses();

bool Is(char c, uint8_t classes) { return (kClasses[static_cast<uint8_t>(c)] & classes) != 0; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text), end_(static_cast<uint32_t>(text.size())) {
    tokens_.reserve(std::min<size_t>(text.size() / 3 + 16, size_t{1} << 22));
    base::core::UseLargePages(tokens_.data(), tokens_.capacity() * sizeof(Token));
  }

  std::vector<Token> Run(LexMode mode) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    if (mode == LexMode::kTemplate) frames_.push_back({Mode::kBare});
    while (at_ < end_) {
      const Mode current = frames_.empty() ? Mode::kMain : frames_.back().mode;
      switch (current) {
        case Mode::kMain:
          ScanMain();
          break;
        case Mode::kQuoted:
          ScanQuoted();
          break;
        case Mode::kHeredoc:
          ScanLiteral(true);
          break;
        case Mode::kBare:
          ScanLiteral(false);
          break;
      }
    }
    Emit(TokenKind::kEof, end_, end_);
    return std::move(tokens_);
  }

 private:
  enum class Mode : uint8_t { kMain, kQuoted, kHeredoc, kBare };
  struct Frame {
    Mode mode;
    bool start_of_line = true;  // kHeredoc: the next literal may be the marker
    int64_t braces = 0;         // kMain within a template: depth at which } ends the sequence
    Span marker{};              // kHeredoc
  };

  char At(uint32_t offset) const { return offset < end_ ? text_[offset] : '\0'; }
  void Emit(TokenKind kind, uint32_t begin, uint32_t end) { tokens_.push_back({begin, end, kind}); }
  void Take(TokenKind kind, uint32_t length) {
    Emit(kind, at_, at_ + length);
    at_ += length;
  }
  void TakeEither(char next, TokenKind pair, TokenKind single) {
    if (At(at_ + 1) == next) {
      Take(pair, 2);
    } else {
      Take(single, 1);
    }
  }

  // Bytes of the well-formed character at the offset; 0 when the bytes are not UTF-8.
  uint32_t CharacterLength(uint32_t offset, char32_t* rune) const {
    const base::text::DecodedRune decoded = base::text::DecodeRune(text_.substr(offset, 4));
    *rune = decoded.value;
    if (decoded.value == 0xFFFD && decoded.length == 1) return 0;
    return static_cast<uint32_t>(decoded.length);
  }

  // Length of the line terminator at the offset, or 0.
  uint32_t NewlineLength(uint32_t offset) const {
    if (At(offset) == '\n') return 1;
    return At(offset) == '\r' && At(offset + 1) == '\n' ? 2 : 0;
  }

  void ScanMain();
  void ScanIdentifier();
  void ScanNumber();
  void ScanComment();
  void ScanSlash();
  void ScanOpenAngle();
  void ScanCloseBrace(uint32_t length);
  void ScanForeign();
  void ScanQuoted();
  void ScanLiteral(bool heredoc);
  bool ScanSequence();
  bool EmitMarker(uint32_t begin, uint32_t end, uint32_t newline);
  uint32_t IdentifierEnd(uint32_t offset) const;

  std::string_view text_;
  uint32_t end_;
  uint32_t at_ = 0;
  int64_t braces_ = 0;
  bool no_comment_end_ = false;  // there is no */ from here on
  std::vector<Frame> frames_;
  std::vector<Token> tokens_;
};

void Lexer::ScanMain() {
  const char c = text_[at_];
  switch (c) {
    case ' ':
    case '\t':
      ++at_;
      return;
    case '\n':
      return Take(TokenKind::kNewline, 1);
    case '\r':
      if (At(at_ + 1) == '\n') return Take(TokenKind::kNewline, 2);
      return Take(TokenKind::kInvalid, 1);
    case '"':
      Take(TokenKind::kOpenQuote, 1);
      frames_.push_back({Mode::kQuoted});
      return;
    case '{':
      ++braces_;
      return Take(TokenKind::kOpenBrace, 1);
    case '}':
      return ScanCloseBrace(1);
    case '~':
      if (At(at_ + 1) == '}') return ScanCloseBrace(2);
      return Take(TokenKind::kBitwiseNot, 1);
    case '[':
      return Take(TokenKind::kOpenBracket, 1);
    case ']':
      return Take(TokenKind::kCloseBracket, 1);
    case '(':
      return Take(TokenKind::kOpenParenthesis, 1);
    case ')':
      return Take(TokenKind::kCloseParenthesis, 1);
    case ',':
      return Take(TokenKind::kComma, 1);
    case '?':
      return Take(TokenKind::kQuestion, 1);
    case '+':
      return Take(TokenKind::kPlus, 1);
    case '-':
      return Take(TokenKind::kMinus, 1);
    case '%':
      return Take(TokenKind::kPercent, 1);
    case '^':
      return Take(TokenKind::kBitwiseXor, 1);
    case ';':
      return Take(TokenKind::kSemicolon, 1);
    case '`':
      return Take(TokenKind::kBacktick, 1);
    case '\'':
      return Take(TokenKind::kApostrophe, 1);
    case '=':
      if (At(at_ + 1) == '>') return Take(TokenKind::kFatArrow, 2);
      return TakeEither('=', TokenKind::kEqualEqual, TokenKind::kEqual);
    case '!':
      return TakeEither('=', TokenKind::kNotEqual, TokenKind::kBang);
    case '>':
      return TakeEither('=', TokenKind::kGreaterOrEqual, TokenKind::kGreater);
    case '<':
      return ScanOpenAngle();
    case '&':
      return TakeEither('&', TokenKind::kAnd, TokenKind::kBitwiseAnd);
    case '|':
      return TakeEither('|', TokenKind::kOr, TokenKind::kBitwiseOr);
    case '*':
      return Take(TokenKind::kStar, 1);
    case ':':
      return TakeEither(':', TokenKind::kDoubleColon, TokenKind::kColon);
    case '.':
      if (At(at_ + 1) == '.' && At(at_ + 2) == '.') return Take(TokenKind::kEllipsis, 3);
      return Take(TokenKind::kDot, 1);
    case '#':
      return ScanComment();
    case '/':
      return ScanSlash();
    default:
      if (Is(c, kIdStart)) return ScanIdentifier();
      if (Is(c, kDigit)) return ScanNumber();
      return ScanForeign();
  }
}

uint32_t Lexer::IdentifierEnd(uint32_t offset) const {
  while (offset < end_) {
    const char c = text_[offset];
    if (Is(c, kIdContinue)) {
      ++offset;
    } else if (static_cast<uint8_t>(c) >= 0x80) {
      char32_t rune;
      const uint32_t length = CharacterLength(offset, &rune);
      if (length == 0 || !base::text::IsIdContinue(rune)) break;
      offset += length;
    } else {
      break;
    }
  }
  return offset;
}

void Lexer::ScanIdentifier() {
  const uint32_t stop = IdentifierEnd(at_ + 1);
  Take(TokenKind::kIdentifier, stop - at_);
}

// digit, then digits, dots and exponents; a dot cannot be the last of it.
void Lexer::ScanNumber() {
  uint32_t stop = at_ + 1;
  uint32_t offset = stop;
  while (offset < end_) {
    const char c = text_[offset];
    if (Is(c, kDigit)) {
      stop = ++offset;
    } else if (c == '.') {
      ++offset;
    } else if (c == 'e' || c == 'E') {
      uint32_t digit = offset + 1;
      if (At(digit) == '+' || At(digit) == '-') ++digit;
      if (!Is(At(digit), kDigit)) break;
      stop = offset = digit + 1;
    } else {
      break;
    }
  }
  Take(TokenKind::kNumber, stop - at_);
}

// From # or // through the end of the line.
void Lexer::ScanComment() {
  const void* newline = std::memchr(text_.data() + at_, '\n', end_ - at_);
  const uint32_t stop =
      newline == nullptr ? end_ : static_cast<uint32_t>(static_cast<const char*>(newline) - text_.data()) + 1;
  Take(TokenKind::kComment, stop - at_);
}

void Lexer::ScanSlash() {
  if (At(at_ + 1) == '/') return ScanComment();
  if (At(at_ + 1) == '*' && !no_comment_end_) {
    const size_t close = text_.find("*/", at_ + 2);
    if (close != std::string_view::npos)
      return Take(TokenKind::kComment, static_cast<uint32_t>(close) + 2 - at_);
    no_comment_end_ = true;
  }
  Take(TokenKind::kSlash, 1);
}

void Lexer::ScanOpenAngle() {
  if (At(at_ + 1) == '<') {
    uint32_t begin = at_ + 2;
    if (At(begin) == '-') ++begin;
    uint32_t stop = begin;
    if (Is(At(begin), kIdStart)) {
      stop = IdentifierEnd(begin + 1);
    } else if (begin < end_ && static_cast<uint8_t>(text_[begin]) >= 0x80) {
      char32_t rune;
      const uint32_t length = CharacterLength(begin, &rune);
      if (length != 0 && base::text::IsIdStart(rune)) stop = IdentifierEnd(begin + length);
    }
    const uint32_t newline = stop > begin ? NewlineLength(stop) : 0;
    if (newline != 0) {
      Take(TokenKind::kOpenHeredoc, stop + newline - at_);
      frames_.push_back({.mode = Mode::kHeredoc, .marker = {begin, stop}});
      return;
    }
  }
  TakeEither('=', TokenKind::kLessOrEqual, TokenKind::kLess);
}

// `}` and `~}`: the end of the template sequence that is open at this depth, else a brace.
void Lexer::ScanCloseBrace(uint32_t length) {
  const bool ends_sequence =
      !frames_.empty() && frames_.back().mode == Mode::kMain && frames_.back().braces == braces_;
  --braces_;
  if (ends_sequence) frames_.pop_back();
  // An unfit `~}` is a sequence end all the same: the parser then says what is wrong.
  Take(ends_sequence || length == 2 ? TokenKind::kTemplateSequenceEnd : TokenKind::kCloseBrace, length);
}

void Lexer::ScanForeign() {
  char32_t rune;
  const uint32_t length = CharacterLength(at_, &rune);
  if (length == 0) return Take(TokenKind::kBadUtf8, 1);
  if (rune >= 0x80 && base::text::IsIdStart(rune))
    return Take(TokenKind::kIdentifier, IdentifierEnd(at_ + length) - at_);
  Take(TokenKind::kInvalid, length);
}

// `${` and `%{`: true when one begins here.
bool Lexer::ScanSequence() {
  const char c = text_[at_];
  if (At(at_ + 1) != '{') return false;
  Take(c == '$' ? TokenKind::kTemplateInterpolation : TokenKind::kTemplateControl,
       At(at_ + 2) == '~' ? 3 : 2);
  if (!frames_.empty()) frames_.back().start_of_line = false;
  ++braces_;
  frames_.push_back({.mode = Mode::kMain, .braces = braces_});
  return true;
}

void Lexer::ScanQuoted() {
  const char c = text_[at_];
  if (c == '"') {
    Take(TokenKind::kCloseQuote, 1);
    frames_.pop_back();
    return;
  }
  if (c == '\n' || c == '\r') {
    uint32_t stop = at_ + 1;
    while (At(stop) == '\n' || At(stop) == '\r') ++stop;
    return Take(TokenKind::kQuotedNewline, stop - at_);
  }
  if (c == '$' || c == '%') {
    if (ScanSequence()) return;
    if (at_ + 1 == end_) return Take(TokenKind::kInvalid, 1);  // the reference wants to see what follows
    // $${ is the escaped form and one token; a lone $ is one as well.
    const bool escape = At(at_ + 1) == c && At(at_ + 2) == '{';
    return Take(TokenKind::kQuotedLiteral, !escape ? 1 : At(at_ + 3) == '~' ? 4 : 3);
  }
  uint32_t stop = at_;
  while (stop < end_) {
    if (!Is(text_[stop], kQuotedStop)) {
      ++stop;
      continue;
    }
    if (text_[stop] == '\\') {
      const char next = At(stop + 1);
      if (stop + 1 == end_ || next == '\n' || next == '\r') break;
      ++stop;
      if (static_cast<uint8_t>(next) < 0x80) {
        ++stop;
        continue;
      }
    }
    if (static_cast<uint8_t>(text_[stop]) < 0x80) break;
    char32_t rune;
    const uint32_t length = CharacterLength(stop, &rune);
    if (length == 0) {
      // A backslash before broken bytes is no escape; it stands alone.
      if (stop > at_ && text_[stop - 1] == '\\') --stop;
      break;
    }
    stop += length;
  }
  if (stop > at_) return Take(TokenKind::kQuotedLiteral, stop - at_);
  Take(c == '\\' ? TokenKind::kInvalid : TokenKind::kBadUtf8, 1);
}

// The line that just ended may be the marker of the heredoc.
bool Lexer::EmitMarker(uint32_t begin, uint32_t end, uint32_t newline) {
  const Frame& frame = frames_.back();
  const std::string_view marker = text_.substr(frame.marker.begin, frame.marker.end - frame.marker.begin);
  if (end - begin < marker.size()) return false;
  if (base::text::TrimSpace(text_.substr(begin, end - begin)) != marker) return false;
  Emit(TokenKind::kCloseHeredoc, begin, end);
  Emit(TokenKind::kNewline, end, end + newline);
  at_ = end + newline;
  frames_.pop_back();
  return true;
}

void Lexer::ScanLiteral(bool heredoc) {
  const uint32_t begin = at_;
  uint32_t stop = at_;
  const char c = text_[at_];
  if (c == '$' || c == '%') {
    if (ScanSequence()) return;
    if (heredoc && at_ + 1 == end_) return Take(TokenKind::kInvalid, 1);
    const bool escape = At(at_ + 1) == c && At(at_ + 2) == '{';
    stop += !escape ? 1 : At(at_ + 3) == '~' ? 4 : 3;
    // Only the escape takes the line terminator along.
    if (!escape) {
      if (heredoc) frames_.back().start_of_line = false;
      return Take(TokenKind::kStringLiteral, 1);
    }
  } else {
    while (stop < end_) {
      if (!Is(text_[stop], kLiteralStop)) {
        ++stop;
        continue;
      }
      if (static_cast<uint8_t>(text_[stop]) < 0x80) break;
      char32_t rune;
      const uint32_t length = CharacterLength(stop, &rune);
      if (length == 0) break;
      stop += length;
    }
  }
  const uint32_t newline = NewlineLength(stop);
  if (newline == 0) {
    if (stop == begin) {
      // Behind a carriage return that ends no line, the reference sees no more sequences.
      if (c == '\r' && !heredoc) return Take(TokenKind::kStringLiteral, end_ - begin);
      // Broken UTF-8, or such a carriage return.
      return Take(static_cast<uint8_t>(c) >= 0x80 ? TokenKind::kBadUtf8 : TokenKind::kInvalid, 1);
    }
    if (heredoc) frames_.back().start_of_line = false;
    return Take(TokenKind::kStringLiteral, stop - begin);
  }
  if (heredoc) {
    if (frames_.back().start_of_line && EmitMarker(begin, stop, newline)) return;
    frames_.back().start_of_line = true;
  }
  Take(TokenKind::kStringLiteral, stop + newline - begin);
}

}  // namespace

std::vector<Token> Tokenize(std::string_view text, LexMode mode) { return Lexer(text).Run(mode); }

}  // namespace language::hcl
