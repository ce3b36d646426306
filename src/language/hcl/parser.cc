#include "language/hcl/parser.h"

#include <memory>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

constexpr size_t kMaxText = size_t{1} << 30;
// More than anyone reads; a bound for hostile input.
constexpr size_t kMaxDiagnostics = 1000;

constexpr std::string_view kItemRequired = "Argument or block definition required";
constexpr std::string_view kInvalidBlock = "Invalid block definition";
constexpr std::string_view kUnclosedBlock = "Unclosed configuration block";
constexpr std::string_view kUnclosedBlockDetail =
    "The block that begins here is not closed by a \"}\" before the end of the file. A brace may be missing "
    "anywhere "
    "further down.";
constexpr std::string_view kInvalidSingle = "Invalid single-argument block definition";

TokenKind OppositeOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOpenBrace:
      return TokenKind::kCloseBrace;
    case TokenKind::kOpenBracket:
      return TokenKind::kCloseBracket;
    case TokenKind::kOpenParenthesis:
      return TokenKind::kCloseParenthesis;
    case TokenKind::kOpenQuote:
      return TokenKind::kCloseQuote;
    case TokenKind::kOpenHeredoc:
      return TokenKind::kCloseHeredoc;
    case TokenKind::kTemplateInterpolation:
    case TokenKind::kTemplateControl:
      return TokenKind::kTemplateSequenceEnd;
    case TokenKind::kCloseBrace:
      return TokenKind::kOpenBrace;
    case TokenKind::kCloseBracket:
      return TokenKind::kOpenBracket;
    case TokenKind::kCloseParenthesis:
      return TokenKind::kOpenParenthesis;
    case TokenKind::kCloseQuote:
      return TokenKind::kOpenQuote;
    case TokenKind::kCloseHeredoc:
      return TokenKind::kOpenHeredoc;
    case TokenKind::kTemplateSequenceEnd:
      return TokenKind::kTemplateInterpolation;
    default:
      return TokenKind::kEof;
  }
}

}  // namespace

// --- tokens, diagnostics, recovery

void Parser::Start(LexMode mode) {
  source_ = file_.source().text();
  if (source_.size() > kMaxText) {
    Report("File too large", "A configuration file can be at most 1 GiB long. Split it into several files.",
           {0, 0});
    source_ = {};
  }
  tokens_ = Tokenize(source_, mode);
  tokens_.push_back(tokens_.back());
  arena_.emplace(file_.arena_, source_.size());
  ReportInvalidTokens();
  error_count_ = 0;  // what the lexer found does not steer the parser
}

void Parser::Finish() {
  for (PendingDiagnostic& d : pending_) {
    diagnostics_.Add(MakeDiagnostic(base::diag::Severity::kError, std::move(d.summary), std::move(d.detail),
                                    file_, d.subject, d.context));
  }
}

void Parser::Report(std::string summary, std::string detail, Span subject, Span context) {
  if (stopped_) return;
  ++error_count_;
  pending_.push_back({std::move(summary), std::move(detail), subject, context});
  if (pending_.size() == kMaxDiagnostics) stopped_ = true;
}

void Parser::ReportUnlessRecovering(std::string_view summary, std::string_view detail, Span subject,
                                    Span context) {
  if (!recovery_) Report(std::string(summary), std::string(detail), subject, context);
}

void Parser::StopAtLimit() {
  Report("Nesting too deep",
         fmt::format(
             "Expressions and blocks can be nested at most {} levels deep. Move the inner parts into local "
             "values and refer to them.",
             kMaxNesting),
         Peek().span());
  ++error_count_;
  recovery_ = true;
  stopped_ = true;
  next_ = tokens_.size() - 1;
}

// Reports each sort of invalid token where it is first met, some sorts a few times.
void Parser::ReportInvalidTokens() {
  bool semicolon = false, encoding = false;
  int bitwise = 0, backticks = 0, apostrophes = 0;
  for (const Token& token : tokens_) {
    if (token.kind < TokenKind::kBitwiseAnd) [[likely]]
      continue;
    const Span at = token.span();
    switch (token.kind) {
      case TokenKind::kBitwiseAnd:
      case TokenKind::kBitwiseOr:
      case TokenKind::kBitwiseNot:
      case TokenKind::kBitwiseXor: {
        if (++bitwise > 4) break;
        std::string_view hint;
        if (token.kind == TokenKind::kBitwiseAnd) hint = " For \"both are true\", write &&.";
        if (token.kind == TokenKind::kBitwiseOr) hint = " For \"one of them is true\", write ||.";
        if (token.kind == TokenKind::kBitwiseNot) hint = " For \"is not true\", write !.";
        Report("Unsupported operator", fmt::format("The language has no bitwise operators.{}", hint), at);
        break;
      }
      case TokenKind::kBacktick:
        // Every other one: the opening ones of pairs.
        if (backticks++ % 2 != 0 || backticks > 3) break;
        Report("Invalid character",
               "The \"`\" character has no meaning here. For a text of several lines, use a heredoc, like "
               "\"<<EOT\".",
               at);
        break;
      case TokenKind::kApostrophe:
        if (apostrophes++ % 2 != 0 || apostrophes > 3) break;
        Report("Invalid character", "Texts are enclosed in double quotes (\"), not in single ones.", at);
        break;
      case TokenKind::kSemicolon:
        if (std::exchange(semicolon, true)) break;
        Report("Invalid character",
               "The \";\" character has no meaning here. Put arguments and blocks on lines of their own, and "
               "commas "
               "between the items of collections.",
               at);
        break;
      case TokenKind::kBadUtf8:
        if (std::exchange(encoding, true)) break;
        Report("Invalid character encoding",
               "The file is not valid UTF-8 at this place. Save it in the UTF-8 encoding.", at);
        break;
      case TokenKind::kQuotedNewline:
        Report("Invalid multi-line string",
               "A quoted text must end on the line where it begins. Write a line break as \\n, or use a "
               "heredoc, like "
               "\"<<EOT\".",
               at);
        break;
      default: {
        const std::string_view text = Text(token);
        if (text == "“" || text == "”") {
          Report("Invalid character", "Texts are enclosed in plain double quotes (\"), not in curly ones.",
                 at);
        } else {
          Report("Invalid character",
                 fmt::format("The character {} has no meaning here.", base::core::GoQuote(text)), at);
        }
      }
    }
  }
}

// Skips to behind the closing token of the current bracket, over brackets of the same sort.
Token Parser::Recover(TokenKind end) {
  const TokenKind start = OppositeOf(end);
  recovery_ = true;
  size_t nesting = 0;
  for (;;) {
    const Token token = Read();
    TokenKind kind = token.kind;
    if (end == TokenKind::kTemplateSequenceEnd && kind == TokenKind::kTemplateControl) {
      kind = TokenKind::kTemplateInterpolation;
    }
    if (kind == end) {
      if (nesting == 0) return token;
      --nesting;
    } else if (kind == TokenKind::kEof) {
      return token;
    } else if (kind == start) {
      ++nesting;
    }
  }
}

// Skips over the next bracket of that sort and all that it holds.
void Parser::RecoverOver(TokenKind open) {
  recovery_ = true;
  TokenKind kind;
  do {
    kind = Read().kind;
  } while (kind != open && kind != TokenKind::kEof);
  Recover(OppositeOf(open));
}

// Skips to the end of the line, over lines inside brackets that open on it.
void Parser::RecoverAfterBodyItem() {
  recovery_ = true;
  std::vector<TokenKind> open;
  for (;;) {
    const Token token = Read();
    switch (token.kind) {
      case TokenKind::kEof:
        return;
      case TokenKind::kNewline:
        if (open.empty()) return;
        break;
      case TokenKind::kOpenBrace:
      case TokenKind::kOpenBracket:
      case TokenKind::kOpenParenthesis:
      case TokenKind::kOpenQuote:
      case TokenKind::kOpenHeredoc:
      case TokenKind::kTemplateInterpolation:
        open.push_back(token.kind);
        break;
      case TokenKind::kTemplateControl:
        open.push_back(TokenKind::kTemplateInterpolation);
        break;
      case TokenKind::kCloseBrace:
      case TokenKind::kCloseBracket:
      case TokenKind::kCloseParenthesis:
      case TokenKind::kCloseQuote:
      case TokenKind::kCloseHeredoc:
      case TokenKind::kTemplateSequenceEnd: {
        const TokenKind opener = OppositeOf(token.kind);
        while (!open.empty() && open.back() != opener) open.pop_back();
        if (!open.empty()) open.pop_back();
        break;
      }
      default:
        break;
    }
  }
}

// --- bodies

// Where the lists of one body begin, and what its attributes are called; a table only where there are many.
struct Parser::BodyLists {
  size_t attributes_base;
  size_t blocks_base;
  std::unique_ptr<std::unordered_map<std::string_view, Span>> names;
};

void Parser::AddAttribute(BodyLists& lists, const Attribute& attribute) {
  constexpr size_t kFew = 16;
  const std::span<const Attribute> known = std::span(attributes_).subspan(lists.attributes_base);
  std::optional<Span> earlier;
  if (known.size() < kFew) {
    for (const Attribute& other : known) {
      if (other.name == attribute.name) earlier = other.name_span;
    }
  } else {
    if (lists.names == nullptr) {
      lists.names = std::make_unique<std::unordered_map<std::string_view, Span>>();
      for (const Attribute& other : known) lists.names->emplace(other.name, other.name_span);
    }
    const auto [found, added] = lists.names->emplace(attribute.name, attribute.name_span);
    if (!added) earlier = found->second;
  }
  if (!earlier.has_value()) {
    attributes_.push_back(attribute);
    return;
  }
  if (stopped_) return;
  const base::text::Range set_at = file_.source().RangeOf(*earlier);
  Report(
      "Attribute redefined",
      fmt::format("The argument \"{}\" was already set at {}:{},{}-{}. Each argument may be set only once.",
                  attribute.name, set_at.filename, set_at.start.line, set_at.start.column, set_at.end.column),
      attribute.name_span);
}

void Parser::ReportBadBodyToken(const Token& bad, TokenKind end, Span start) {
  switch (bad.kind) {
    case TokenKind::kOpenQuote:
      return ReportUnlessRecovering("Invalid argument name", "Names of arguments are written without quotes.",
                                    bad.span());
    case TokenKind::kEof:
      if (end == TokenKind::kCloseBrace) {
        return ReportUnlessRecovering(kUnclosedBlock, kUnclosedBlockDetail, start);
      }
      [[fallthrough]];
    default:
      return ReportUnlessRecovering(kItemRequired, "An argument (name = value) or a block is expected here.",
                                    bad.span());
  }
}

const Body* Parser::ParseBody(TokenKind end) {
  const Level level(*this);
  if (!level.ok()) return EmptyBody(PreviousSpan());
  BodyLists lists{attributes_.size(), blocks_.size(), nullptr};
  const Span start = PreviousSpan();
  Span stop;
  for (;;) {
    const Token next = Peek();
    if (next.kind == end) {
      stop = Read().span();
      break;
    }
    if (next.kind == TokenKind::kNewline) {
      Read();
      continue;
    }
    if (next.kind == TokenKind::kIdentifier) {
      ParseBodyItem(lists);
      continue;
    }
    const Token bad = Read();
    ReportBadBodyToken(bad, end, start);
    stop = PreviousSpan();
    Recover(end);
    break;
  }
  Body body;
  body.attributes = arena_->NewSpan(attributes_, lists.attributes_base);
  body.blocks = arena_->NewSpan(blocks_, lists.blocks_base);
  body.span = base::text::Cover(start, stop);
  body.end_span = {start.begin, start.begin};
  return arena_->New(body);
}

void Parser::ParseBodyItem(BodyLists& lists) {
  const Token name = Read();
  switch (PeekKind()) {
    case TokenKind::kEqual: {
      Attribute attribute;
      ParseAttribute(name, false, &attribute);
      AddAttribute(lists, attribute);
      return;
    }
    case TokenKind::kOpenQuote:
    case TokenKind::kOpenBrace:
    case TokenKind::kIdentifier:
      ParseBlock(name);
      return;
    default:
      RecoverAfterBodyItem();
      Report(std::string(kItemRequired),
             fmt::format(
                 "A name alone says nothing here. To set an argument, write {} = value; to begin a block, "
                 "write {} {{.",
                 Text(name), Text(name)),
             name.span());
  }
}

// Behind the name, at the equals sign.
void Parser::ParseAttribute(const Token& name, bool single_line, Attribute* attribute) {
  const Token equals = Read();
  const size_t errors = error_count_;
  attribute->name = Text(name);
  attribute->name_span = name.span();
  attribute->equals_span = equals.span();
  attribute->expression = ParseExpression();
  const Span stop = PreviousSpan();
  if (Lost(errors)) {
    RecoverAfterBodyItem();
  } else if (!single_line) {
    const Token end = Peek();
    if (end.kind != TokenKind::kNewline && end.kind != TokenKind::kEof) {
      const Span context = base::text::Cover(name.span(), end.span());
      if (end.kind == TokenKind::kComma) {
        ReportUnlessRecovering("Unexpected comma after argument",
                               "Arguments are separated by line breaks, not by commas. Remove the comma.",
                               end.span(), context);
      } else {
        ReportUnlessRecovering(
            "Missing newline after argument",
            "The value ends before this place. Begin the next argument on a new line; a value that "
            "goes on needs an operator here.",
            end.span(), context);
      }
      RecoverAfterBodyItem();
    } else {
      Read();
    }
  }
  attribute->span = base::text::Cover(name.span(), stop);
}

const Body* Parser::EmptyBody(Span span) {
  return arena_->New(Body{.span = span, .end_span = {span.begin, span.begin}});
}

// The labels up to the opening brace; false when there is none.
bool Parser::ParseBlockHeader(const Token& type, Token* open) {
  for (;;) {
    const Token token = Peek();
    switch (token.kind) {
      case TokenKind::kOpenBrace:
        *open = Read();
        return true;
      case TokenKind::kOpenQuote:
        labels_.push_back(ParseLabel());
        continue;
      case TokenKind::kIdentifier:
        Read();
        labels_.push_back({Text(token), token.span()});
        continue;
      default:
        break;
    }
    const Span context = base::text::Cover(type.span(), token.span());
    if (token.kind == TokenKind::kEqual) {
      Report(std::string(kInvalidBlock),
             "An equals sign sets an argument, and a block has none. Remove it, or put the whole name in "
             "front of it "
             "in one word.",
             token.span(), context);
    } else if (token.kind == TokenKind::kNewline) {
      Report(std::string(kInvalidBlock),
             "The opening brace \"{\" must stand on the same line as the block's header.", token.span(),
             context);
    } else {
      ReportUnlessRecovering(kInvalidBlock, "A quoted label or the opening brace \"{\" is expected here.",
                             token.span(), context);
    }
    RecoverAfterBodyItem();
    return false;
  }
}

void Parser::ParseBlock(const Token& type) {
  const size_t labels_base = labels_.size();
  Token open = type;
  const bool complete = ParseBlockHeader(type, &open);
  Block block;
  block.type = Text(type);
  block.type_span = type.span();
  block.labels = arena_->NewSpan(labels_, labels_base);
  block.open_span = block.close_span = open.span();
  block.header_span =
      block.labels.empty() ? type.span() : base::text::Cover(type.span(), block.labels.back().span);
  if (!complete) {
    block.body = EmptyBody(type.span());
    block.span = type.span();
    blocks_.push_back(block);
    return;
  }
  switch (PeekKind()) {
    case TokenKind::kNewline:
    case TokenKind::kEof:
    case TokenKind::kCloseBrace:
      block.body = ParseBody(TokenKind::kCloseBrace);
      break;
    default:
      block.body = ParseSingleAttributeBody(open.span());
      break;
  }
  block.close_span = PreviousSpan();
  const Token end = Peek();
  if (end.kind == TokenKind::kNewline || end.kind == TokenKind::kEof) {
    Read();
  } else {
    ReportUnlessRecovering("Missing newline after block definition",
                           "A block ends with its line. Move what follows the \"}\" to a new line.",
                           end.span(), base::text::Cover(type.span(), end.span()));
    RecoverAfterBodyItem();
  }
  block.span = base::text::Cover(type.span(), block.close_span);
  blocks_.push_back(block);
}

// `{ name = value }` on one line, behind the brace.
const Body* Parser::ParseSingleAttributeBody(Span open) {
  const Token name = Read();
  if (name.kind != TokenKind::kIdentifier) {
    RecoverAfterBodyItem();
    Report(std::string(kItemRequired), "An argument (name = value) is expected here.", name.span());
    return EmptyBody(name.span());
  }
  const Token next = Peek();
  switch (next.kind) {
    case TokenKind::kEqual:
      break;
    case TokenKind::kOpenQuote:
    case TokenKind::kOpenBrace:
    case TokenKind::kIdentifier:
      RecoverAfterBodyItem();
      Report("Argument definition required",
             fmt::format(
                 "A block on one line can hold a single argument and no block. If {} is an argument, write "
                 "{} = value; if it is a block, put it on a line of its own.",
                 Text(name), Text(name)),
             base::text::Cover(name.span(), next.span()));
      return EmptyBody(name.span());
    default:
      RecoverAfterBodyItem();
      Report(std::string(kItemRequired),
             fmt::format("A name alone says nothing here. To set an argument, write {} = value.", Text(name)),
             name.span());
      return EmptyBody(name.span());
  }
  Attribute attribute;
  ParseAttribute(name, true, &attribute);
  Body body;
  const size_t base = attributes_.size();
  attributes_.push_back(attribute);
  body.attributes = arena_->NewSpan(attributes_, base);
  FinishSingleAttributeBody(open);
  body.span = base::text::Cover(name.span(), PreviousSpan());
  body.end_span = {name.begin, name.begin};
  return arena_->New(body);
}

void Parser::FinishSingleAttributeBody(Span open) {
  const Token next = Peek();
  switch (next.kind) {
    case TokenKind::kCloseBrace:
      Read();
      return;
    case TokenKind::kEof:
      ReportUnlessRecovering(kUnclosedBlock, kUnclosedBlockDetail, open);
      break;
    case TokenKind::kComma:
      ReportUnlessRecovering(
          kInvalidSingle,
          "A block on one line can hold one argument only. For several, put each on a line of its "
          "own, without commas.",
          next.span());
      break;
    case TokenKind::kNewline:
      ReportUnlessRecovering(
          kInvalidSingle,
          "An argument on the line of the opening brace makes a block of one line, which must be "
          "closed on that line. Close it there, or move the argument to the next line.",
          next.span());
      break;
    default:
      ReportUnlessRecovering(kInvalidSingle,
                             "After its one argument, a block on one line must be closed by a \"}\".",
                             next.span());
  }
  Recover(TokenKind::kCloseBrace);
}

// A quoted label: a plain string.
Label Parser::ParseLabel() {
  const Token open = Read();
  std::string decoded;
  std::string_view single;
  size_t pieces = 0;
  const auto append = [&](std::string_view piece) {
    if (++pieces == 1) {
      single = piece;
      return;
    }
    if (pieces == 2) decoded = single;
    decoded += piece;
  };
  Span close = open.span();
  for (;;) {
    const Token token = Read();
    close = token.span();
    if (token.kind == TokenKind::kCloseQuote) break;
    const Span context = base::text::Cover(open.span(), token.span());
    if (token.kind == TokenKind::kQuotedLiteral) {
      append(DecodeLiteral(token));
    } else if (token.kind == TokenKind::kTemplateInterpolation || token.kind == TokenKind::kTemplateControl) {
      const char which = source_[token.begin];
      Report("Invalid string literal",
             fmt::format(
                 "A label is a plain text without template sequences. For the characters {}{{ themselves, "
                 "write {}{}{{.",
                 which, which, which),
             token.span(), context);
      append(which == '$' ? "${ ... }" : "%{ ... }");
      Recover(TokenKind::kTemplateSequenceEnd);
    } else if (token.kind == TokenKind::kEof) {
      Report("Unterminated string literal", "The closing quote is missing.", token.span(), context);
      break;
    } else {
      Report("Invalid string literal", "This does not belong into a plain text.", token.span(), context);
      Recover(TokenKind::kCloseQuote);
      break;
    }
  }
  return {pieces > 1 ? arena_->NewText(decoded) : single, base::text::Cover(open.span(), close)};
}

// --- entry points

void Parser::ParseFile() {
  Start(LexMode::kNormal);
  file_.body_ = ParseBody(TokenKind::kEof);
  Finish();
}

// As if in parentheses: line breaks do not count.
void Parser::ParseBareExpression() {
  Start(LexMode::kNormal);
  newlines_ = false;
  const Expression* expression = ParseExpression();
  const Token next = Peek();
  if (next.kind != TokenKind::kEof) {
    ReportUnlessRecovering(
        "Extra characters after expression",
        "The expression is complete before this place. Remove the rest, or join it by an operator.",
        next.span());
  }
  if (pending_.empty()) file_.expression_ = expression;
  Finish();
}

void Parser::ParseBareTemplate() {
  Start(LexMode::kTemplate);
  newlines_ = false;
  const Expression* parsed = ParseTemplateUntil(TokenKind::kEof, false, {0, 0});
  if (pending_.empty()) file_.expression_ = parsed;
  Finish();
}

FilePtr ParseConfig(std::string name, std::string text, base::diag::Diagnostics& diagnostics) {
  auto file = std::make_shared<File>(std::move(name), std::move(text));
  Parser(*file, diagnostics).ParseFile();
  return file;
}

FilePtr ParseExpression(std::string name, std::string text, base::diag::Diagnostics& diagnostics) {
  auto file = std::make_shared<File>(std::move(name), std::move(text));
  Parser(*file, diagnostics).ParseBareExpression();
  return file;
}

FilePtr ParseTemplate(std::string name, std::string text, base::diag::Diagnostics& diagnostics) {
  auto file = std::make_shared<File>(std::move(name), std::move(text));
  Parser(*file, diagnostics).ParseBareTemplate();
  return file;
}

}  // namespace language::hcl
