// Operators, terms and traversals.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text/unicode.h"
#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

using value::Value;

struct OperatorEntry {
  int8_t precedence = -1;
  BinaryOperator op = BinaryOperator::kOr;
};

constexpr size_t kTokenKinds = static_cast<size_t>(TokenKind::kInvalid) + 1;

constexpr std::array<OperatorEntry, kTokenKinds> MakeOperators() {
  std::array<OperatorEntry, kTokenKinds> table{};
  const auto set = [&](TokenKind kind, int8_t precedence, BinaryOperator op) {
    table[static_cast<size_t>(kind)] = {precedence, op};
  };
  set(TokenKind::kOr, 0, BinaryOperator::kOr);
  set(TokenKind::kAnd, 1, BinaryOperator::kAnd);
  set(TokenKind::kEqualEqual, 2, BinaryOperator::kEqual);
  set(TokenKind::kNotEqual, 2, BinaryOperator::kNotEqual);
  set(TokenKind::kLess, 3, BinaryOperator::kLess);
  set(TokenKind::kLessOrEqual, 3, BinaryOperator::kLessOrEqual);
  set(TokenKind::kGreater, 3, BinaryOperator::kGreater);
  set(TokenKind::kGreaterOrEqual, 3, BinaryOperator::kGreaterOrEqual);
  set(TokenKind::kPlus, 4, BinaryOperator::kAdd);
  set(TokenKind::kMinus, 4, BinaryOperator::kSubtract);
  set(TokenKind::kStar, 5, BinaryOperator::kMultiply);
  set(TokenKind::kSlash, 5, BinaryOperator::kDivide);
  set(TokenKind::kPercent, 5, BinaryOperator::kModulo);
  return table;
}
constexpr std::array<OperatorEntry, kTokenKinds> kOperators = MakeOperators();

constexpr std::string_view kNameAfterDot = "A dot must be followed by the name of an attribute.";

bool IsKeyConstant(const Expression& key) {
  if (key.kind == ExpressionKind::kLiteral) return true;
  return key.kind == ExpressionKind::kTemplate && As<TemplateExpression>(key).IsLiteral();
}

Value ConstantKey(const Expression& key) {
  const Expression& literal =
      key.kind == ExpressionKind::kTemplate ? *As<TemplateExpression>(key).parts[0] : key;
  return As<LiteralExpression>(literal).value;
}

}  // namespace

const Expression* Parser::NewLiteral(Value value, Span span) {
  const LiteralExpression* literal =
      arena_->New(LiteralExpression{{ExpressionKind::kLiteral, span}, std::move(value)});
  Own(literal->value);
  return literal;
}

const Expression* Parser::NewText(std::string_view text, Span span) {
  return NewLiteral(base::text::IsAscii(text) ? Value::StringRaw(text) : Value::String(text), span);
}

// --- operators

// A conditional's false part may be a conditional, and so on: a chain of them is read in a loop.
const Expression* Parser::ParseExpression() {
  const Level level(*this);
  if (!level.ok()) return Placeholder(Peek().span());
  const Span start = Peek().span();
  size_t errors = error_count_;
  const Expression* condition = ParseBinary(0);
  if (PeekKind() != TokenKind::kQuestion || Lost(errors)) return condition;

  const Expression* first = condition;
  const Expression* last = nullptr;
  const size_t base = branches_.size();
  Span condition_start = start;
  while (last == nullptr) {
    Read();
    errors = error_count_;
    const Expression* if_true = ParseExpression();
    if (Lost(errors)) break;
    const Token colon = Peek();
    if (colon.kind != TokenKind::kColon) {
      Report("Missing false expression in conditional",
             "A conditional is written condition ? a : b; the colon and the value for the case that the "
             "condition is false are missing.",
             colon.span(), base::text::Cover(condition_start, colon.span()));
      break;
    }
    Read();
    branches_.push_back({condition, if_true});
    condition_start = Peek().span();
    errors = error_count_;
    condition = ParseBinary(0);
    if (Lost(errors)) break;
    if (PeekKind() != TokenKind::kQuestion) last = condition;
  }
  if (last == nullptr) {
    branches_.resize(base);
    return first;
  }
  for (; branches_.size() > base; branches_.pop_back()) {
    const Branch& branch = branches_.back();
    const Span span = base::text::Cover(branch.condition->span, last->span);
    last = arena_->New(
        ConditionalExpression{{ExpressionKind::kConditional, span}, branch.condition, branch.if_true, last});
  }
  return last;
}

const Expression* Parser::ParseBinary(int min_precedence) {
  size_t errors = error_count_;
  const Expression* left = ParseWithTraversals();
  if (Lost(errors)) return left;
  for (;;) {
    const Token token = Peek();
    const OperatorEntry entry = kOperators[static_cast<size_t>(token.kind)];
    if (entry.precedence < min_precedence) return left;
    Read();
    errors = error_count_;
    const Expression* right = ParseBinary(entry.precedence + 1);
    if (Lost(errors)) return left;
    left = arena_->New(BinaryExpression{{ExpressionKind::kBinary, base::text::Cover(left->span, right->span)},
                                        entry.op,
                                        left,
                                        right,
                                        token.span()});
  }
}

const Expression* Parser::ParseWithTraversals() {
  const Expression* term = ParseTerm();
  const TokenKind next = PeekKind();
  if (next != TokenKind::kDot && next != TokenKind::kOpenBracket) return term;
  return ParseTraversals(term);
}

// --- terms

const Expression* Parser::ParseTerm() {
  const Token start = Peek();
  switch (start.kind) {
    case TokenKind::kIdentifier:
      return ParseIdentifier();
    case TokenKind::kOpenQuote:
    case TokenKind::kOpenHeredoc:
      return ParseQuotedOrHeredoc();
    case TokenKind::kNumber: {
      Read();
      if (std::optional<Value> number = NumberOf(start)) return NewLiteral(*std::move(number), start.span());
      return Placeholder(start.span());
    }
    case TokenKind::kOpenBracket:
      return ParseTuple();
    case TokenKind::kOpenBrace:
      return ParseObject();
    case TokenKind::kOpenParenthesis:
      return ParseParentheses();
    case TokenKind::kMinus:
      return ParseUnary(UnaryOperator::kNegate);
    case TokenKind::kBang:
      return ParseUnary(UnaryOperator::kNot);
    case TokenKind::kEof:
      ReportUnlessRecovering("Missing expression", "A value is expected here, but the text ends.",
                             start.span());
      break;
    default:
      ReportUnlessRecovering(
          "Invalid expression",
          "A value is expected here: a number, a quoted text, a reference, a function call, or "
          "something in brackets.",
          start.span());
  }
  recovery_ = true;
  return Placeholder(start.span());
}

const Expression* Parser::ParseIdentifier() {
  const Token token = Read();
  const TokenKind next = PeekKind();
  if (next == TokenKind::kOpenParenthesis || next == TokenKind::kDoubleColon) return ParseCall(token);
  const std::string_view name = Text(token);
  if (name == "true" || name == "false") return NewLiteral(Value::Bool(name == "true"), token.span());
  if (name == "null") return NewLiteral(Value(), token.span());
  return arena_->New(TraversalExpression{{ExpressionKind::kTraversal, token.span()}, name, token.span(), {}});
}

const Expression* Parser::ParseUnary(UnaryOperator op) {
  const Token token = Read();
  const Level level(*this);
  if (!level.ok()) return Placeholder(token.span());
  const Expression* operand = ParseWithTraversals();
  const Span span = base::text::Cover(token.span(), operand->span);
  return arena_->New(UnaryExpression{{ExpressionKind::kUnary, span}, op, operand});
}

const Expression* Parser::ParseParentheses() {
  const Token open = Read();
  const NewlineScope newlines(*this, false);
  const size_t errors = error_count_;
  const Expression* inner = ParseExpression();
  if (error_count_ > errors) {
    Recover(TokenKind::kCloseParenthesis);
    return inner;
  }
  const Token close = Peek();
  if (close.kind != TokenKind::kCloseParenthesis) {
    Report("Unbalanced parentheses", "A closing parenthesis is expected here.", close.span(),
           base::text::Cover(open.span(), close.span()));
    recovery_ = true;
  }
  Read();
  const Span span = base::text::Cover(open.span(), close.span());
  return arena_->New(ParenthesesExpression{{ExpressionKind::kParentheses, span}, inner});
}

std::optional<Value> Parser::NumberOf(const Token& token) {
  const std::string_view text = Text(token);
  if (text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    int64_t number = 0;
    for (const char c : text) number = number * 10 + (c - '0');
    return Value::OfNumber(value::Number::OfInteger(number, value::Number::kParsedPrecision));
  }
  if (std::optional<value::Number> number = value::Number::Parse(text))
    return Value::OfNumber(*std::move(number));
  Report("Invalid number literal",
         "The number cannot be read. Numbers are written in decimal digits with at most one dot and one "
         "exponent, like 0.5 or 1e6.",
         token.span());
  return std::nullopt;
}

// --- traversals

// What has been read of a term and the steps behind it. Constant steps are collected, then stored at once.
struct Parser::TraversalState {
  const Expression* from;  // the term
  const Expression* so_far;
  size_t base;    // of steps_
  int links = 0;  // nodes chained upon the term
};

void Parser::PushName(const Token& token, Span span) {
  steps_.push_back({TraversalStep::Kind::kAttribute, Text(token), Value(), span});
}

void Parser::PushLegacyIndex(const Token& token, Span span) {
  std::optional<Value> number = NumberOf(token);
  if (!number.has_value()) number = Value::DynamicUnknown();
  steps_.push_back({TraversalStep::Kind::kLegacyIndex, "", *std::move(number), span});
}

std::span<const TraversalStep> Parser::TakeSteps(size_t base) {
  const std::span<const TraversalStep> steps = arena_->NewSpan(steps_, base);
  for (const TraversalStep& step : steps) {
    if (step.kind != TraversalStep::Kind::kAttribute) Own(step.key);
  }
  return steps;
}

// Makes a node of the steps collected.
const Expression* Parser::FlushSteps(TraversalState& state) {
  if (steps_.size() == state.base) return state.so_far;
  const std::span<const TraversalStep> steps = TakeSteps(state.base);
  const Span span = base::text::Cover(state.so_far->span, steps.back().span);
  // Only a term that is a plain name can still be without steps here.
  if (state.so_far->kind == ExpressionKind::kTraversal) {
    const TraversalExpression& root = As<TraversalExpression>(*state.so_far);
    state.so_far = arena_->New(
        TraversalExpression{{ExpressionKind::kTraversal, span}, root.root, root.root_span, steps});
  } else {
    state.so_far = arena_->New(RelativeExpression{{ExpressionKind::kRelative, span}, state.so_far, steps});
  }
  return state.so_far;
}

const Expression* Parser::ParseTraversals(const Expression* from) {
  TraversalState state{from, from, steps_.size()};
  for (;;) {
    switch (PeekKind()) {
      case TokenKind::kDot:
        ParseDot(state);
        break;
      case TokenKind::kOpenBracket:
        ParseBracket(state);
        break;
      default:
        return FlushSteps(state);
    }
    if (state.links > kMaxNesting) {
      StopAtLimit();
      return FlushSteps(state);
    }
  }
}

void Parser::ParseDot(TraversalState& state) {
  const Token dot = Read();
  const Token next = Peek();
  const Span span = base::text::Cover(dot.span(), next.span());
  switch (next.kind) {
    case TokenKind::kIdentifier:
      Read();
      PushName(next, span);
      return;
    case TokenKind::kNumber: {
      Read();
      const std::string_view text = Text(next);
      const size_t point = text.find('.');
      if (point != std::string_view::npos) {
        Report("Invalid legacy index syntax",
               fmt::format("Two indexes cannot be joined by dots. Write [{}][{}] instead.",
                           text.substr(0, point), text.substr(point + 1)),
               next.span());
        steps_.push_back({TraversalStep::Kind::kLegacyIndex, "", Value::DynamicUnknown(), span});
        return;
      }
      PushLegacyIndex(next, span);
      return;
    }
    case TokenKind::kStar:
      ParseAttributeSplat(state, dot);
      return;
    default:
      Report("Invalid attribute name", std::string(kNameAfterDot), next.span());
      recovery_ = true;
  }
}

// `.*`: only names and legacy indexes belong to each element; brackets apply to the result.
void Parser::ParseAttributeSplat(TraversalState& state, const Token& dot) {
  const Token star = Read();
  const Expression* source = FlushSteps(state);
  const Span marker = base::text::Cover(dot.span(), star.span());
  const SplatItemExpression* item = arena_->New(SplatItemExpression{{ExpressionKind::kSplatItem, marker}});
  const Span first = Peek().span();
  Span last = star.span();
  while (PeekKind() == TokenKind::kDot) {
    const Token step_dot = Read();
    const Token name = Peek();
    const Span span = base::text::Cover(step_dot.span(), name.span());
    if (name.kind == TokenKind::kNumber) {
      Read();
      PushLegacyIndex(name, span);
    } else if (name.kind == TokenKind::kIdentifier) {
      Read();
      PushName(name, span);
    } else {
      if (name.kind == TokenKind::kStar) {
        ReportUnlessRecovering("Nested splat expression not allowed",
                               "A splat written .* cannot contain another one. Use [*] for the first.",
                               name.span());
      } else {
        ReportUnlessRecovering("Invalid attribute name", kNameAfterDot, star.span());
      }
      recovery_ = true;
      steps_.erase(steps_.begin() + static_cast<ptrdiff_t>(state.base), steps_.end());
      return;
    }
    last = name.span();
  }
  const Expression* each = item;
  if (steps_.size() > state.base) {
    each = arena_->New(RelativeExpression{
        {ExpressionKind::kRelative, base::text::Cover(first, last)}, item, TakeSteps(state.base)});
  }
  const Span span = base::text::Cover(state.from->span, last);
  state.so_far = arena_->New(SplatExpression{{ExpressionKind::kSplat, span}, source, each, item, marker});
  ++state.links;
}

// `[*]`: all steps behind it belong to each element.
void Parser::ParseFullSplat(TraversalState& state, const Token& open) {
  Read();
  const Expression* source = FlushSteps(state);
  Token close = Read();
  if (close.kind != TokenKind::kCloseBracket && !recovery_) {
    // The reference's place: where it goes on.
    close = Recover(TokenKind::kCloseBracket);
    Report("Missing close bracket on splat index",
           "The star of a splat must be followed by a closing bracket: [*].", close.span());
  }
  const Span marker = base::text::Cover(open.span(), close.span());
  const SplatItemExpression* item = arena_->New(SplatItemExpression{{ExpressionKind::kSplatItem, marker}});
  const Level level(*this);
  const Expression* each = level.ok() ? ParseTraversals(item) : item;
  const Span span = base::text::Cover(state.from->span, each->span);
  state.so_far = arena_->New(SplatExpression{{ExpressionKind::kSplat, span}, source, each, item, marker});
  ++state.links;
}

void Parser::ParseBracket(TraversalState& state) {
  const Token open = Read();
  if (PeekKind() == TokenKind::kStar) return ParseFullSplat(state, open);
  const Expression* key = nullptr;
  Token close = open;
  {
    const NewlineScope newlines(*this, false);
    const size_t errors = error_count_;
    key = ParseExpression();
    if (Lost(errors)) {
      close = Recover(TokenKind::kCloseBracket);
    } else {
      close = Read();
      if (close.kind != TokenKind::kCloseBracket && !recovery_) {
        close = Recover(TokenKind::kCloseBracket);
        Report("Missing close bracket on index", "An index must end with a closing bracket \"]\".",
               close.span());
      }
    }
  }
  const Span bracket = base::text::Cover(open.span(), close.span());
  if (IsKeyConstant(*key)) {
    steps_.push_back({TraversalStep::Kind::kIndex, "", ConstantKey(*key), bracket});
    return;
  }
  const Expression* collection = FlushSteps(state);
  const Span span = base::text::Cover(state.from->span, bracket);
  state.so_far = arena_->New(IndexExpression{{ExpressionKind::kIndex, span}, collection, key, bracket});
  ++state.links;
}

}  // namespace language::hcl
