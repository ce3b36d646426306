#include "language/hcl/format_tokens.h"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/core/memory.h"
#include "language/hcl/lexer.h"
#include "language/hcl/parser.h"
#include "language/hcl/quote.h"

namespace language::hcl {
namespace {

using Tokens = std::span<const Token>;

bool EndsLine(std::string_view source, const Token& token) {
  return token.kind == TokenKind::kNewline ||
         (token.kind == TokenKind::kComment && source[token.end - 1] == '\n');
}

// Walks the bodies of a file that is known to parse, copying tokens and rewriting some.
class Rewriter {
 public:
  explicit Rewriter(std::string_view source) : source_(source), tokens_(Tokenize(source, LexMode::kNormal)) {
    out_.tokens.reserve(tokens_.size() + tokens_.size() / 8 + 16);
    base::core::UseLargePages(out_.tokens.data(), out_.tokens.capacity() * sizeof(FormatToken));
  }

  FormatTokens Run() {
    while (tokens_[at_].kind != TokenKind::kEof) {
      const Token& token = tokens_[at_];
      if (token.kind == TokenKind::kIdentifier) {
        CopyItem();
        continue;
      }
      if (token.kind == TokenKind::kCloseBrace && depth_ > 0) --depth_;
      Copy(at_++);
    }
    // Blanks behind the last token stay, where no line terminator ends the file.
    const uint32_t last = at_ > 0 ? tokens_[at_ - 1].end : 0;
    out_.spaces_at_end = tokens_[at_].begin - last;
    return std::move(out_);
  }

 private:
  std::string_view Text(const Token& token) const { return TokenText(source_, token); }
  void Copy(size_t index) {
    const Token& token = tokens_[index];
    out_.tokens.push_back({Text(token), token.kind});
  }
  void Copy(Tokens tokens) {
    for (const Token& token : tokens) out_.tokens.push_back({Text(token), token.kind});
  }
  void Make(TokenKind kind, std::string_view text) { out_.tokens.push_back({text, kind}); }
  std::string_view Keep(std::string text) { return out_.made.emplace_back(std::move(text)); }
  // The next token that is not a comment within the line.
  size_t SkipComments(size_t index) const {
    while (tokens_[index].kind == TokenKind::kComment && !EndsLine(source_, tokens_[index])) ++index;
    return index;
  }

  void CopyItem();
  void CopyAttribute(std::string_view name, size_t equals);
  void CopyHeader();
  size_t ExpressionEnd(size_t index) const;
  std::string_view DecodeLabel(Tokens quoted);
  bool CopyUnwrapped(Tokens expression);
  bool CopyModernType(Tokens expression);

  std::string_view source_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t depth_ = 0;          // of blocks
  bool in_variable_ = false;  // the block at depth 1
  FormatTokens out_;
};

void Rewriter::CopyItem() {
  const size_t next = SkipComments(at_ + 1);
  if (tokens_[next].kind == TokenKind::kEqual) {
    CopyAttribute(Text(tokens_[at_]), next);
  } else {
    CopyHeader();
  }
}

// One past the last token of the expression that begins at the index: at the line's end or the block's brace.
size_t Rewriter::ExpressionEnd(size_t index) const {
  size_t nesting = 0;
  for (; tokens_[index].kind != TokenKind::kEof; ++index) {
    switch (tokens_[index].kind) {
      case TokenKind::kOpenBrace:
      case TokenKind::kOpenBracket:
      case TokenKind::kOpenParenthesis:
      case TokenKind::kOpenQuote:
      case TokenKind::kOpenHeredoc:
      case TokenKind::kTemplateControl:
      case TokenKind::kTemplateInterpolation:
        ++nesting;
        break;
      case TokenKind::kCloseBrace:
        if (nesting == 0) return index;
        [[fallthrough]];
      case TokenKind::kCloseBracket:
      case TokenKind::kCloseParenthesis:
      case TokenKind::kCloseQuote:
      case TokenKind::kCloseHeredoc:
      case TokenKind::kTemplateSequenceEnd:
        if (nesting > 0) --nesting;
        break;
      default:
        if (nesting == 0 && EndsLine(source_, tokens_[index])) return index;
    }
  }
  return index;
}

void Rewriter::CopyAttribute(std::string_view name, size_t equals) {
  size_t begin = SkipComments(equals + 1);
  const size_t end = ExpressionEnd(begin);
  for (; at_ < begin; ++at_) Copy(at_);
  size_t last = end;
  while (last > begin && tokens_[last - 1].kind == TokenKind::kComment) --last;
  const Tokens expression = Tokens(tokens_).subspan(begin, last - begin);
  const bool is_type = depth_ == 1 && in_variable_ && name == "type";
  if (is_type ? !CopyModernType(expression) : !CopyUnwrapped(expression)) Copy(expression);
  for (at_ = last; at_ < end; ++at_) Copy(at_);
}

// Copies what is inside of "${ ... }", if that is all of the expression.
bool Rewriter::CopyUnwrapped(Tokens e) {
  if (e.size() < 5 || e[0].kind != TokenKind::kOpenQuote || e[1].kind != TokenKind::kTemplateInterpolation ||
      e[e.size() - 2].kind != TokenKind::kTemplateSequenceEnd ||
      e[e.size() - 1].kind != TokenKind::kCloseQuote) {
    return false;
  }
  Tokens inside = e.subspan(2, e.size() - 4);
  int quotes = 0;
  for (const Token& token : inside) {
    if (token.kind == TokenKind::kOpenQuote) {
      ++quotes;
    } else if (token.kind == TokenKind::kCloseQuote) {
      --quotes;
    } else if (quotes <= 0 &&
               (token.kind == TokenKind::kTemplateInterpolation ||
                token.kind == TokenKind::kTemplateSequenceEnd || token.kind == TokenKind::kQuotedLiteral)) {
      return false;
    }
  }
  while (!inside.empty() && inside.front().kind == TokenKind::kNewline) inside = inside.subspan(1);
  while (!inside.empty() && inside.back().kind == TokenKind::kNewline)
    inside = inside.first(inside.size() - 1);
  bool multiline = false;
  for (const Token& token : inside) {
    // A comment to the end of a line breaks it as well; the reference forgets that, and makes a file that no
    // longer parses. Behind all else it does no harm.
    multiline = multiline ||
                (EndsLine(source_, token) && (token.kind == TokenKind::kNewline || &token != &inside.back()));
  }
  const bool parenthesized = !inside.empty() && inside.front().kind == TokenKind::kOpenParenthesis &&
                             inside.back().kind == TokenKind::kCloseParenthesis;
  const bool wrap = multiline && !parenthesized;
  if (wrap) Make(TokenKind::kOpenParenthesis, "(");
  Copy(inside);
  if (wrap) Make(TokenKind::kCloseParenthesis, ")");
  return true;
}

// "string", "list", "map" and bare collection types as they are written today.
bool Rewriter::CopyModernType(Tokens e) {
  std::string_view collection, element;
  if (e.size() == 1 && e[0].kind == TokenKind::kIdentifier) {
    collection = Text(e[0]);
    if (collection != "list" && collection != "map" && collection != "set") return false;
    element = "any";
  } else if (e.size() == 3 && e[0].kind == TokenKind::kOpenQuote && e[1].kind == TokenKind::kQuotedLiteral &&
             e[2].kind == TokenKind::kCloseQuote) {
    collection = Text(e[1]);
    if (collection == "string") {
      Make(TokenKind::kIdentifier, "string");
      return true;
    }
    if (collection != "list" && collection != "map") return false;
    element = "string";
  } else {
    return false;
  }
  Make(TokenKind::kIdentifier, collection);
  Make(TokenKind::kOpenParenthesis, "(");
  Make(TokenKind::kIdentifier, element);
  Make(TokenKind::kCloseParenthesis, ")");
  return true;
}

// The quoted text as the language reads it.
std::string_view Rewriter::DecodeLabel(Tokens quoted) {
  const std::string_view whole =
      source_.substr(quoted.front().begin, quoted.back().end - quoted.front().begin);
  if (quoted.size() == 2) return "";
  if (whole.find_first_of("\\$%") == std::string_view::npos) return Text(quoted[1]);
  base::diag::Diagnostics ignored;
  const FilePtr parsed = ParseConfig("", fmt::format("label {} {{}}", whole), ignored);
  if (ignored.HasErrors()) return whole.substr(1, whole.size() - 2);
  return Keep(std::string(parsed->body().blocks[0].labels[0].text));
}

void Rewriter::CopyHeader() {
  if (depth_ == 0) in_variable_ = Text(tokens_[at_]) == "variable";
  Copy(at_++);
  // Comments go where labels are written anew; those behind the last label stay.
  size_t behind = at_;
  while (tokens_[at_].kind != TokenKind::kOpenBrace && tokens_[at_].kind != TokenKind::kEof) {
    const size_t begin = at_++;
    std::string_view label;
    if (tokens_[begin].kind == TokenKind::kIdentifier) {
      label = Text(tokens_[begin]);
    } else if (tokens_[begin].kind == TokenKind::kOpenQuote) {
      while (tokens_[at_].kind == TokenKind::kQuotedLiteral) ++at_;
      if (tokens_[at_].kind == TokenKind::kCloseQuote) ++at_;
      label = DecodeLabel(Tokens(tokens_).subspan(begin, at_ - begin));
    } else {
      continue;
    }
    behind = at_;
    Make(TokenKind::kOpenQuote, "\"");
    Make(TokenKind::kQuotedLiteral, Keep(EscapeQuoted(label)));
    Make(TokenKind::kCloseQuote, "\"");
  }
  Copy(Tokens(tokens_).subspan(behind, at_ - behind));
  if (tokens_[at_].kind == TokenKind::kOpenBrace) {
    ++depth_;
    Copy(at_++);
  }
}

}  // namespace

FormatTokens RewriteTokens(std::string_view source) { return Rewriter(source).Run(); }

}  // namespace language::hcl
