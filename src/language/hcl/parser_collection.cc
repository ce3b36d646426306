// Function calls, tuples, objects and `for` expressions.
#include <string>
#include <utility>

#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

using base::text::Cover;

constexpr std::string_view kInvalidFor = "Invalid 'for' expression";

}  // namespace

// --- calls

// a::b::name, up to and with the opening parenthesis.
bool Parser::ParseCallName(const Token& name, std::string_view* full, Span* span, Token* open) {
  Token last = name;
  bool contiguous = true;
  std::string joined(Text(name));
  *open = Read();
  while (open->kind == TokenKind::kDoubleColon) {
    const Token part = Read();
    if (part.kind != TokenKind::kIdentifier) {
      Report("Missing function name", "The namespace separator \"::\" must be followed by a name.",
             part.span(), Cover(name.span(), part.span()));
      RecoverOver(TokenKind::kOpenParenthesis);
      return false;
    }
    contiguous = contiguous && last.end == open->begin && open->end == part.begin;
    joined += "::";
    joined += Text(part);
    last = part;
    *open = Read();
  }
  if (open->kind != TokenKind::kOpenParenthesis) {
    Report("Missing open parenthesis", "A function's name must be followed by its arguments in parentheses.",
           open->span(), Cover(name.span(), open->span()));
    RecoverOver(TokenKind::kOpenParenthesis);
    return false;
  }
  *span = Cover(name.span(), last.span());
  *full = contiguous ? TextOf(*span) : arena_->NewText(joined);
  return true;
}

// Behind the opening parenthesis, through the closing one, which it returns.
Token Parser::ParseArguments(const Token& name, const Token& open, bool* expand_final) {
  for (;;) {
    if (PeekKind() == TokenKind::kCloseParenthesis) return Read();
    const size_t errors = error_count_;
    expressions_.push_back(ParseExpression());
    if (Lost(errors)) return Recover(TokenKind::kCloseParenthesis);
    const Token separator = Read();
    switch (separator.kind) {
      case TokenKind::kCloseParenthesis:
        return separator;
      case TokenKind::kComma:
        continue;
      case TokenKind::kEllipsis:
        *expand_final = true;
        if (PeekKind() == TokenKind::kCloseParenthesis) return Read();
        ReportUnlessRecovering(
            "Missing closing parenthesis",
            "An argument that is expanded by \"...\" must be the last one: a closing parenthesis is "
            "expected behind it.",
            separator.span(), Cover(name.span(), separator.span()));
        return Recover(TokenKind::kCloseParenthesis);
      case TokenKind::kEof:
        Report("Unterminated function call",
               "The call that begins here is not closed by a \")\" before the end of the file. A parenthesis "
               "may be missing anywhere further down.",
               Cover(name.span(), open.span()));
        return Recover(TokenKind::kCloseParenthesis);
      default:
        Report("Missing argument separator",
               "Arguments of a function are separated by commas: one is expected here.", separator.span(),
               Cover(name.span(), separator.span()));
        return Recover(TokenKind::kCloseParenthesis);
    }
  }
}

const Expression* Parser::ParseCall(const Token& name) {
  CallExpression call;
  call.kind = ExpressionKind::kCall;
  Token open = name;
  if (!ParseCallName(name, &call.name, &call.name_span, &open)) return Placeholder(name.span());
  const NewlineScope newlines(*this, false);
  const size_t base = expressions_.size();
  const Token close = ParseArguments(name, open, &call.expand_final);
  call.arguments = arena_->NewSpan(expressions_, base);
  call.open_span = open.span();
  call.close_span = close.span();
  call.span = Cover(name.span(), close.span());
  return arena_->New(call);
}

// --- tuples

const Expression* Parser::ParseTuple() {
  const Token open = Read();
  const NewlineScope newlines(*this, false);
  if (PeekIsKeyword("for")) return ParseFor(open);
  const size_t base = expressions_.size();
  Token close = open;
  for (;;) {
    if (PeekKind() == TokenKind::kCloseBracket) {
      close = Read();
      break;
    }
    const size_t errors = error_count_;
    expressions_.push_back(ParseExpression());
    if (Lost(errors)) {
      close = Recover(TokenKind::kCloseBracket);
      break;
    }
    const Token next = Peek();
    if (next.kind == TokenKind::kComma) {
      Read();
      continue;
    }
    if (next.kind == TokenKind::kCloseBracket) continue;
    if (next.kind == TokenKind::kEof) {
      ReportUnlessRecovering(
          "Unterminated tuple constructor expression",
          "The list that begins here is not closed by a \"]\" before the end of the file. A bracket "
          "may be missing anywhere further down.",
          open.span());
    } else {
      ReportUnlessRecovering("Missing item separator",
                             "Items of a list are separated by commas: one is expected here.", next.span(),
                             Cover(open.span(), next.span()));
    }
    close = Recover(TokenKind::kCloseBracket);
    break;
  }
  TupleExpression tuple;
  tuple.kind = ExpressionKind::kTuple;
  tuple.span = Cover(open.span(), close.span());
  tuple.elements = arena_->NewSpan(expressions_, base);
  return arena_->New(tuple);
}

// --- objects

const Expression* Parser::ParseObject() {
  const Token open = Read();
  {
    const NewlineScope newlines(*this, false);
    if (PeekIsKeyword("for")) return ParseFor(open);
  }
  const NewlineScope newlines(*this, true);
  const size_t base = items_.size();
  Token close = open;
  while (ParseObjectItem(open, &close)) {
  }
  ObjectExpression object;
  object.kind = ExpressionKind::kObject;
  object.span = Cover(open.span(), close.span());
  object.open_span = open.span();
  object.items = arena_->NewSpan(items_, base);
  return arena_->New(object);
}

// A name alone is a text, whatever it means elsewhere. False when the place is lost.
bool Parser::ParseObjectKey(ObjectItem* item) {
  const Token start = Peek();
  item->key_is_parenthesized = start.kind == TokenKind::kOpenParenthesis;
  const size_t errors = error_count_;
  if (start.kind == TokenKind::kIdentifier) {
    // The common case, without a traversal to throw away.
    const size_t before = next_;
    Read();
    const TokenKind next = PeekKind();
    if (next == TokenKind::kEqual || next == TokenKind::kColon) {
      item->key = NewText(Text(start), start.span());
      item->key_is_identifier = true;
      return true;
    }
    next_ = before;
  }
  item->key = ParseExpression();
  return !Lost(errors);
}

void Parser::ReportMissingValue(const Token& open, const Token& next) {
  const Span context = Cover(open.span(), next.span());
  switch (next.kind) {
    case TokenKind::kNewline:
    case TokenKind::kComma:
      return ReportUnlessRecovering(
          "Missing attribute value",
          "A key needs a value: an equals sign (\"=\") and the value are expected here.", next.span(),
          context);
    case TokenKind::kEof:
      return ReportUnlessRecovering(
          "Unterminated object constructor expression",
          "The object that begins here is not closed by a \"}\" before the end of the file. "
          "A brace may be missing anywhere further down.",
          open.span());
    case TokenKind::kIdentifier:
      return ReportUnlessRecovering(
          "Missing key/value separator",
          "An equals sign (\"=\") is expected between key and value. A key with dots or "
          "blanks in it must be quoted.",
          next.span(), context);
    default:
      return ReportUnlessRecovering("Missing key/value separator",
                                    "An equals sign (\"=\") is expected between key and value.", next.span(),
                                    context);
  }
}

// One item or one blank line; false when the closing brace has been read, or was looked for.
bool Parser::ParseObjectItem(const Token& open, Token* close) {
  const auto stop_at = [&](Token token) {
    *close = token;
    return false;
  };
  if (PeekKind() == TokenKind::kNewline) {
    Read();
    return true;
  }
  if (PeekKind() == TokenKind::kCloseBrace) return stop_at(Read());

  ObjectItem item{};
  if (!ParseObjectKey(&item)) return stop_at(Recover(TokenKind::kCloseBrace));
  const Token assign = Peek();
  if (assign.kind != TokenKind::kEqual && assign.kind != TokenKind::kColon) {
    ReportMissingValue(open, assign);
    return stop_at(Recover(TokenKind::kCloseBrace));
  }
  Read();
  const size_t errors = error_count_;
  item.value = ParseExpression();
  items_.push_back(item);
  if (Lost(errors)) return stop_at(Recover(TokenKind::kCloseBrace));

  const Token next = Peek();
  if (next.kind == TokenKind::kCloseBrace) return stop_at(Read());
  if (next.kind == TokenKind::kComma || next.kind == TokenKind::kNewline) {
    Read();
    return true;
  }
  if (next.kind == TokenKind::kEof) {
    ReportMissingValue(open, next);
  } else {
    ReportUnlessRecovering("Missing attribute separator",
                           "Items of an object are separated by line breaks or commas: one is expected here.",
                           next.span(), Cover(open.span(), next.span()));
  }
  return stop_at(Recover(TokenKind::kCloseBrace));
}

// --- for

// `for k, v in collection :`. False, after a diagnostic, when it is not of that form.
bool Parser::ParseForIntroduction(const Token& open, ForExpression* loop) {
  const auto fail = [&](std::string_view detail) {
    const Span at = Peek().span();
    ReportUnlessRecovering(kInvalidFor, detail, at, Cover(open.span(), at));
    return false;
  };
  Read();
  if (PeekKind() != TokenKind::kIdentifier) {
    return fail("A name for the current value is expected after \"for\": for value in collection.");
  }
  loop->value_name = Text(Read());
  if (PeekKind() == TokenKind::kComma) {
    loop->key_name = loop->value_name;
    Read();
    if (PeekKind() != TokenKind::kIdentifier) {
      return fail("A name for the current value is expected after the comma: for key, value in collection.");
    }
    loop->value_name = Text(Read());
  }
  if (!PeekIsKeyword("in")) return fail("The keyword \"in\" and a collection are expected after the names.");
  Read();
  const size_t errors = error_count_;
  loop->collection = ParseExpression();
  if (Lost(errors)) return false;
  if (PeekKind() != TokenKind::kColon) return fail("A colon is expected after the collection.");
  Read();
  return true;
}

// At the keyword `for`, behind the bracket or brace.
const Expression* Parser::ParseFor(const Token& open) {
  const NewlineScope newlines(*this, false);
  const bool makes_object = open.kind == TokenKind::kOpenBrace;
  const TokenKind close_kind = makes_object ? TokenKind::kCloseBrace : TokenKind::kCloseBracket;
  const auto give_up = [&] { return Placeholder(Cover(open.span(), Recover(close_kind).span())); };

  ForExpression loop{};
  loop.kind = ExpressionKind::kFor;
  if (!ParseForIntroduction(open, &loop)) return give_up();
  size_t errors = error_count_;
  loop.value = ParseExpression();
  if (PeekKind() == TokenKind::kFatArrow) {
    Read();
    loop.key = std::exchange(loop.value, nullptr);
    loop.value = ParseExpression();
  }
  if (Lost(errors)) return give_up();
  Span ellipsis{};
  if (PeekKind() == TokenKind::kEllipsis) {
    ellipsis = Read().span();
    loop.group = true;
  }
  if (PeekIsKeyword("if")) {
    Read();
    errors = error_count_;
    loop.condition = ParseExpression();
    if (Lost(errors)) return give_up();
  }
  Token close = Peek();
  if (close.kind == close_kind) {
    Read();
  } else {
    ReportUnlessRecovering(kInvalidFor,
                           "The for expression is complete before this place; its closing bracket is "
                           "expected here.",
                           close.span(), Cover(open.span(), close.span()));
    close = Recover(close_kind);
  }
  loop.span = Cover(open.span(), close.span());
  loop.open_span = open.span();
  loop.close_span = close.span();
  if (!makes_object && loop.key != nullptr) {
    Report(std::string(kInvalidFor), "In square brackets a for expression makes a list, which has no keys.",
           loop.key->span, loop.span);
  }
  if (!makes_object && loop.group) {
    Report(std::string(kInvalidFor), "Grouping by \"...\" needs keys; it has no meaning in square brackets.",
           ellipsis, loop.span);
  }
  if (makes_object && loop.key == nullptr) {
    Report(std::string(kInvalidFor), "In braces a for expression makes an object: write key => value.",
           loop.value->span, loop.span);
  }
  return arena_->New(loop);
}

}  // namespace language::hcl
