#include "language/hcl/format.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/text/unicode.h"
#include "language/hcl/format_tokens.h"

namespace language::hcl {
namespace {

using Cell = std::span<FormatToken>;

// One line: what leads, from its `=` on if that is a whole value, and the comment at its end.
struct Line {
  Cell lead;
  Cell assign;
  Cell comment;
};

size_t Width(std::string_view text) {
  if (base::text::IsAscii(text) && text.find('\r') == std::string_view::npos) return text.size();
  return base::text::CountGraphemes(text);
}

size_t Width(Cell cell) {
  size_t width = 0;
  for (const FormatToken& token : cell) width += token.spaces + Width(token.text);
  return width;
}

int NetBrackets(Cell cell) {
  int net = 0;
  for (const FormatToken& token : cell) net += BracketChange(token.kind);
  return net;
}

Line MakeLine(Cell tokens) {
  Line line{.lead = tokens};
  if (tokens.size() > 1 && tokens.back().kind == TokenKind::kComment) {
    line.comment = tokens.last(1);
    line.lead = tokens.first(tokens.size() - 1);
  }
  for (size_t i = 1; i < line.lead.size(); ++i) {
    if (line.lead[i].kind != TokenKind::kEqual) continue;
    if (NetBrackets(line.lead.subspan(i)) == 0) {
      line.assign = line.lead.subspan(i);
      line.lead = line.lead.first(i);
    }
    break;
  }
  return line;
}

std::vector<Line> SplitLines(Cell tokens) {
  std::vector<Line> lines;
  size_t begin = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!EndsLine(tokens[i]) && i + 1 < tokens.size()) continue;
    lines.push_back(MakeLine(tokens.subspan(begin, i + 1 - begin)));
    begin = i + 1;
  }
  return lines;
}

// Two blanks for each line that opened more brackets than it closed, as long as one of them is open.
void Indent(std::span<Line> lines) {
  std::vector<int> open;
  for (Line& line : lines) {
    FormatToken& first = line.lead[0];
    if (first.kind == TokenKind::kNewline) {
      first.spaces = 0;
      continue;
    }
    int net = 0;
    for (const FormatToken& token : line.lead) {
      net += BracketChange(token.kind);
      if (token.kind == TokenKind::kOpenHeredoc) break;
    }
    net += NetBrackets(line.assign);
    for (int closed = -net; closed > 0 && !open.empty();) {
      const int here = std::min(closed, open.back());
      closed -= here;
      open.back() -= here;
      if (open.back() == 0) open.pop_back();
    }
    first.spaces = static_cast<uint32_t>(2 * open.size());
    if (net > 0) open.push_back(net);
  }
}

constexpr size_t kTokenKinds = static_cast<size_t>(TokenKind::kInvalid) + 1;

template <size_t n>
constexpr std::array<bool, kTokenKinds> KindSet(const TokenKind (&kinds)[n]) {
  std::array<bool, kTokenKinds> set{};
  for (const TokenKind kind : kinds) set[static_cast<size_t>(kind)] = true;
  return set;
}
using K = TokenKind;
// Before a minus these make it a sign.
constexpr auto kBeforeSign = KindSet({K::kOpenParenthesis,
                                      K::kOpenBrace,
                                      K::kOpenBracket,
                                      K::kEqual,
                                      K::kColon,
                                      K::kComma,
                                      K::kQuestion,
                                      K::kPlus,
                                      K::kStar,
                                      K::kSlash,
                                      K::kPercent,
                                      K::kMinus,
                                      K::kEqualEqual,
                                      K::kNotEqual,
                                      K::kGreater,
                                      K::kGreaterOrEqual,
                                      K::kLess,
                                      K::kLessOrEqual,
                                      K::kAnd,
                                      K::kOr,
                                      K::kBang});
constexpr auto kNoSpaceAfter =
    KindSet({K::kQuotedLiteral, K::kStringLiteral, K::kOpenQuote, K::kOpenHeredoc});
constexpr auto kNoSpaceBefore =
    KindSet({K::kQuotedLiteral, K::kStringLiteral, K::kCloseQuote, K::kCloseHeredoc});

bool In(const std::array<bool, kTokenKinds>& set, TokenKind kind) { return set[static_cast<size_t>(kind)]; }

// Whether a blank stands between `left` and `right`; `before` is what stands before `left`, or null. The
// order of the rules is that of the reference: the first that fits decides.
bool SpaceBetween(const FormatToken* before, const FormatToken& left, const FormatToken& right) {
  const K l = left.kind;
  const K r = right.kind;
  const bool left_is_name = l == K::kIdentifier;
  if (r == K::kNewline) return false;
  if (left_is_name && r == K::kOpenParenthesis) return false;
  if ((left_is_name && r == K::kDoubleColon) || (l == K::kDoubleColon && r == K::kIdentifier)) return false;
  if (l == K::kDot || r == K::kDot) return false;
  if (r == K::kComma || r == K::kEllipsis) return false;
  if (l == K::kComma) return true;
  if (In(kNoSpaceAfter, l) || In(kNoSpaceBefore, r)) return false;
  if (left_is_name && left.text == "in" && before != nullptr && before->kind == K::kIdentifier) return true;
  if (r == K::kOpenBracket && (left_is_name || l == K::kNumber || BracketChange(l) < 0)) return false;
  if (l == K::kBang) return false;
  if (l == K::kMinus) return before != nullptr && !In(kBeforeSign, before->kind);
  if (l == K::kOpenBrace || r == K::kCloseBrace) return !(l == K::kOpenBrace && r == K::kCloseBrace);
  if ((l == K::kTemplateInterpolation || l == K::kTemplateControl) && r == K::kOpenBrace) return true;
  if (l == K::kCloseBrace && r == K::kTemplateSequenceEnd) return true;
  if (l == K::kTemplateSequenceEnd && (r == K::kTemplateInterpolation || r == K::kTemplateControl))
    return false;
  return BracketChange(l) <= 0 && BracketChange(r) >= 0;
}

void SpaceCell(Cell cell) {
  for (size_t i = 0; i + 1 < cell.size(); ++i) {
    cell[i + 1].spaces = SpaceBetween(i > 0 ? &cell[i - 1] : nullptr, cell[i], cell[i + 1]) ? 1 : 0;
  }
}

// Brings one cell of each line of a run to the same column, one blank behind the widest of what precedes it.
template <typename CellOf, typename WidthBefore>
void Align(std::span<Line> lines, CellOf cell_of, WidthBefore width_before) {
  for (size_t begin = 0; begin < lines.size();) {
    if (cell_of(lines[begin]).empty()) {
      ++begin;
      continue;
    }
    size_t end = begin;
    size_t widest = 0;
    for (; end < lines.size() && !cell_of(lines[end]).empty(); ++end) {
      widest = std::max(widest, width_before(lines[end]));
    }
    for (; begin < end; ++begin) {
      cell_of(lines[begin])[0].spaces = static_cast<uint32_t>(widest - width_before(lines[begin]) + 1);
    }
  }
}

}  // namespace

std::string Format(std::string_view text) {
  FormatTokens stream = RewriteTokens(text);
  std::vector<Line> lines = SplitLines(stream.tokens);
  Indent(lines);
  for (const Line& line : lines) {
    SpaceCell(line.lead);
    SpaceCell(line.assign);
  }
  Align(
      lines, [](const Line& line) { return line.assign; }, [](const Line& line) { return Width(line.lead); });
  Align(
      lines, [](const Line& line) { return line.comment; },
      [](const Line& line) { return Width(line.lead) + Width(line.assign); });

  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const FormatToken& token : stream.tokens) {
    out.append(token.spaces, ' ');
    out += token.text;
  }
  out.append(stream.spaces_at_end, ' ');
  return out;
}

}  // namespace language::hcl
