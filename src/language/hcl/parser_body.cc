// Bodies: arguments, blocks and their labels.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

constexpr std::string_view kItemRequired = "Argument or block definition required";
constexpr std::string_view kInvalidBlock = "Invalid block definition";
constexpr std::string_view kUnclosedBlock = "Unclosed configuration block";
constexpr std::string_view kUnclosedBlockDetail =
    "The block that begins here is not closed by a \"}\" before the end of the file. A brace may be missing "
    "anywhere further down.";
constexpr std::string_view kInvalidSingle = "Invalid single-argument block definition";

}  // namespace

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
                 ShownText(name), ShownText(name)),
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
             "front of it in one word.",
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
      block.body = ParseSingleAttributeBody();
      FinishSingleAttributeBody(open.span());
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
const Body* Parser::ParseSingleAttributeBody() {
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
                 ShownText(name), ShownText(name)),
             base::text::Cover(name.span(), next.span()));
      return EmptyBody(name.span());
    default:
      RecoverAfterBodyItem();
      Report(std::string(kItemRequired),
             fmt::format("A name alone says nothing here. To set an argument, write {} = value.",
                         ShownText(name)),
             name.span());
      return EmptyBody(name.span());
  }
  Attribute attribute;
  ParseAttribute(name, true, &attribute);
  Body body;
  const size_t base = attributes_.size();
  attributes_.push_back(attribute);
  body.attributes = arena_->NewSpan(attributes_, base);
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
      Report(std::string(kInvalidSingle),
             "A block on one line can hold one argument only. For several, put each on a line of its "
             "own, without commas.",
             next.span());
      break;
    case TokenKind::kNewline:
      Report(std::string(kInvalidSingle),
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
      const char which = CharAt(token.begin);
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

}  // namespace language::hcl
