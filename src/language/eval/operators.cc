#include <fmt/format.h>

#include "language/eval/evaluator.h"

namespace language::eval {

using hcl::As;
using hcl::BinaryOperator;
using value::Number;
using value::Type;
using value::Value;

namespace {

bool IsLogical(BinaryOperator op) { return op == BinaryOperator::kOr || op == BinaryOperator::kAnd; }
bool IsEquality(BinaryOperator op) { return op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual; }
bool IsComparison(BinaryOperator op) {
  return op == BinaryOperator::kLess || op == BinaryOperator::kLessOrEqual ||
         op == BinaryOperator::kGreater || op == BinaryOperator::kGreaterOrEqual;
}

Type ResultType(BinaryOperator op) {
  return IsLogical(op) || IsEquality(op) || IsComparison(op) ? Type::Bool() : Type::Number();
}

bool OppositeInfinities(const Number& a, const Number& b) {
  return a.IsInfinite() && b.IsInfinite() && a.Sign() != b.Sign();
}

// The number, or why there is none.
std::optional<Number> Arithmetic(BinaryOperator op, const Number& a, const Number& b, std::string* why) {
  switch (op) {
    case BinaryOperator::kAdd:
      if (!OppositeInfinities(a, b)) return Number::Add(a, b);
      *why = "can't compute sum of opposing infinities";
      return std::nullopt;
    case BinaryOperator::kSubtract:
      if (!(a.IsInfinite() && b.IsInfinite() && a.Sign() == b.Sign())) return Number::Subtract(a, b);
      *why = "can't subtract infinity from itself";
      return std::nullopt;
    case BinaryOperator::kMultiply:
      if (!((a.IsInfinite() && b.Sign() == 0) || (b.IsInfinite() && a.Sign() == 0)))
        return Number::Multiply(a, b);
      *why = "can't multiply zero by infinity";
      return std::nullopt;
    case BinaryOperator::kDivide: {
      std::optional<Number> quotient = Number::Divide(a, b);
      if (!quotient) *why = "can't divide zero by zero or infinity by infinity";
      return quotient;
    }
    default:
      if (!a.IsInfinite() && !b.IsInfinite()) return Number::Modulo(a, b);
      *why = "can't use modulo with zero and infinity";
      return std::nullopt;
  }
}

bool Compare(BinaryOperator op, int order) {
  switch (op) {
    case BinaryOperator::kLess:
      return order < 0;
    case BinaryOperator::kLessOrEqual:
      return order <= 0;
    case BinaryOperator::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

Value UnknownBool() { return Value::Unknown(Type::Bool()).NotNull(); }

// A comparison that involves an unknown number is decided where their bounds do not meet.
Value CompareUnknown(BinaryOperator op, const Value& a, const Value& b) {
  const auto bounds = [](const Value& value) -> std::pair<std::optional<Number>, std::optional<Number>> {
    if (value.IsKnown()) return {value.AsNumber(), value.AsNumber()};
    const value::Refinements refinements = value.refinements();
    return {refinements.lower, refinements.upper};
  };
  const auto [a_lower, a_upper] = bounds(a);
  const auto [b_lower, b_upper] = bounds(b);
  if (a_upper && b_lower && Number::Compare(*a_upper, *b_lower) < 0) return Value::Bool(Compare(op, -1));
  if (a_lower && b_upper && Number::Compare(*a_lower, *b_upper) > 0) return Value::Bool(Compare(op, 1));
  return UnknownBool();
}

}  // namespace

std::optional<Value> Evaluator::Operand(const Value& given, Type type, std::string_view which,
                                        const hcl::Expression& expression, hcl::Span context) {
  if (given.type() == type) return given;
  value::Conversion converted = value::Convert(given, type);
  if (converted.ok()) return std::move(converted.value);
  Error("Invalid operand",
        fmt::format("Unsuitable value for {} operand: {}.", which, converted.error->message), expression.span,
        context, expression);
  return std::nullopt;
}

// Chains (a + b + c + ...) lean to the left and may be long.
Value Evaluator::Binary(const hcl::BinaryExpression& binary) {
  if (binary.left->kind != hcl::ExpressionKind::kBinary) {
    const size_t mark = ErrorMark();
    const Value left = Evaluate(*binary.left);
    const Value right = Evaluate(*binary.right);
    return ApplyBinary(binary, left, right, FailedSince(mark));
  }
  std::vector<const hcl::BinaryExpression*> chain;
  const hcl::Expression* innermost = &binary;
  for (; innermost->kind == hcl::ExpressionKind::kBinary; innermost = chain.back()->left) {
    chain.push_back(&As<hcl::BinaryExpression>(*innermost));
  }
  const size_t mark = ErrorMark();
  Value left = Evaluate(*innermost);
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    const Value right = Evaluate(*(*link)->right);
    left = ApplyBinary(**link, left, right, FailedSince(mark));
  }
  return left;
}

Value Evaluator::ApplyBinary(const hcl::BinaryExpression& binary, const Value& given_left,
                             const Value& given_right, bool failed) {
  const Type result_type = ResultType(binary.op);
  if (IsEquality(binary.op)) {
    if (failed) return Value::Unknown(result_type);
    const Value equal = Value::Equals(given_left, given_right);
    if (equal.IsUnknown() || binary.op == BinaryOperator::kEqual) return equal;
    return Value::Bool(!equal.AsBool()).WithMarks(equal.marks());
  }
  const Type type = IsLogical(binary.op) ? Type::Bool() : Type::Number();
  const std::optional<Value> left = Operand(given_left, type, "left", *binary.left, binary.span);
  const std::optional<Value> right = Operand(given_right, type, "right", *binary.right, binary.span);
  if (failed || !left || !right) return Value::Unknown(result_type);

  std::string why = left->IsNull() || right->IsNull() ? "argument must not be null" : "";
  const value::Marks marks = left->marks() | right->marks();
  Value result;
  if (why.empty()) {
    if (left->IsUnknown() || right->IsUnknown()) {
      result = IsComparison(binary.op) ? CompareUnknown(binary.op, left->Unmarked(), right->Unmarked())
               : result_type.IsBool()  ? UnknownBool()
                                       : Value::Unknown(result_type).NotNull();
    } else if (type.IsBool()) {
      const bool a = left->AsBool(), b = right->AsBool();
      result = Value::Bool(binary.op == BinaryOperator::kAnd ? a && b : a || b);
    } else if (IsComparison(binary.op)) {
      result = Value::Bool(Compare(binary.op, Number::Compare(left->AsNumber(), right->AsNumber())));
    } else if (std::optional<Number> number =
                   Arithmetic(binary.op, left->AsNumber(), right->AsNumber(), &why)) {
      result = Value::OfNumber(*std::move(number));
    }
  }
  if (!why.empty()) {
    Error("Operation failed", "Error during operation: " + why + ".", binary.span, binary.span, binary);
    return Value::Unknown(result_type);
  }
  return marks ? result.WithMarks(marks) : result;
}

Value Evaluator::Unary(const hcl::UnaryExpression& unary) {
  const Type type = unary.op == hcl::UnaryOperator::kNot ? Type::Bool() : Type::Number();
  const size_t mark = ErrorMark();
  const Value given = Evaluate(*unary.operand);
  const std::optional<Value> operand = Operand(given, type, "unary", *unary.operand, unary.span);
  if (FailedSince(mark) || !operand) return Value::Unknown(type);
  if (operand->IsNull()) {
    Error("Operation failed", "Error during operation: argument must not be null.", unary.span, unary.span,
          unary);
    return Value::Unknown(type);
  }
  if (operand->IsUnknown()) return Value::Unknown(type).NotNull().WithMarks(operand->marks());
  const Value result =
      type.IsBool() ? Value::Bool(!operand->AsBool()) : Value::OfNumber(Number::Negate(operand->AsNumber()));
  return operand->marks() ? result.WithMarks(operand->marks()) : result;
}

}  // namespace language::eval
