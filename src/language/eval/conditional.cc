#include <fmt/format.h>

#include <algorithm>

#include "base/core/strings.h"
#include "language/eval/evaluator.h"

namespace language::eval {

using hcl::As;
using value::Type;
using value::Value;

namespace {

// Where two types part ways, in words.
std::string Mismatch(Type a, Type b) {
  if (a.IsObject() && b.IsObject()) {
    for (const value::ObjectAttribute& attribute : a.attributes()) {
      const std::string name = base::core::GoQuote(attribute.name);
      const int index = b.AttributeIndex(attribute.name);
      if (index < 0) {
        return fmt::format(
            "The 'true' value includes object attribute {}, which is absent in the 'false' value", name);
      }
      const Type types[] = {attribute.type, b.attributes()[index].type};
      if (value::Unify(types, true)) continue;
      return fmt::format("Type mismatch for object attribute {}: {}", name, Mismatch(types[0], types[1]));
    }
    for (const value::ObjectAttribute& attribute : b.attributes()) {
      if (a.AttributeIndex(attribute.name) >= 0) continue;
      return fmt::format(
          "The 'false' value includes object attribute {}, which is absent in the 'true' value",
          base::core::GoQuote(attribute.name));
    }
  }
  if (a.IsTuple() && b.IsTuple()) {
    if (a.elements().size() != b.elements().size()) {
      return fmt::format("The 'true' tuple has length {}, but the 'false' tuple has length {}",
                         a.elements().size(), b.elements().size());
    }
    for (size_t i = 0; i < a.elements().size(); ++i) {
      const Type types[] = {a.elements()[i], b.elements()[i]};
      if (value::Unify(types, true)) continue;
      return fmt::format("Type mismatch for tuple element {}: {}", i, Mismatch(types[0], types[1]));
    }
  }
  return fmt::format("The 'true' value is {}, but the 'false' value is {}", a.FriendlyName(),
                     b.FriendlyName());
}

bool IsUntypedNull(const Value& value) {
  return value.IsNull() && value.type().IsDynamic() && !value.marks();
}

std::optional<Type> ResultType(const Value& a, const Value& b) {
  if (IsUntypedNull(a)) return b.type();
  if (IsUntypedNull(b)) return a.type();
  if (a.type() == b.type()) return a.type();
  if (a.type().IsDynamic() || b.type().IsDynamic()) return Type::Dynamic();
  const Type types[] = {a.type(), b.type()};
  return value::Unify(types, /*unsafe=*/true);
}

// Where the other result leaves the type of elements open, the reference does not look for one that fits
// those of a tuple or an object; primitive ones agree anyhow. Says what is wrong, or nothing.
std::string Uneven(Type from, Type other, Type to) {
  if (other != to || !(to.IsList() || to.IsMap()) || !to.element().IsDynamic()) return "";
  std::vector<Type> parts;
  if (from.IsTuple()) parts.assign(from.elements().begin(), from.elements().end());
  if (from.IsObject()) {
    for (const value::ObjectAttribute& attribute : from.attributes()) parts.push_back(attribute.type);
  }
  std::erase_if(parts, [](Type part) { return part.IsDynamic() || part.IsPrimitive(); });
  if (std::ranges::adjacent_find(parts, std::ranges::not_equal_to()) == parts.end()) return "";
  return fmt::format("element types must all match for conversion to {}", to.IsList() ? "list" : "map");
}

struct Bounds {
  std::optional<value::Number> lower, upper;
  bool lower_inclusive = true, upper_inclusive = true;
  int64_t min_length = 0, max_length = INT64_MAX;
};

Bounds BoundsOf(const Value& value) {
  Bounds bounds;
  if (value.IsUnknown()) {
    const value::Refinements refinements = value.refinements();
    return {refinements.lower,           refinements.upper,      refinements.lower_inclusive,
            refinements.upper_inclusive, refinements.min_length, refinements.max_length};
  }
  if (value.IsNull()) return bounds;
  if (value.type().IsNumber()) bounds.lower = bounds.upper = value.AsNumber();
  if (value.type().IsCollection())
    bounds.min_length = bounds.max_length = static_cast<int64_t>(value.Length());
  return bounds;
}

// What holds of both values, when it is not known which one it will be.
Value EitherOf(const Value& a, const Value& b, Type type) {
  if (a.IsNull() && b.IsNull()) return Value::Null(type);
  if (type.IsDynamic()) return Value::DynamicUnknown();
  value::Refinements refinements;
  refinements.not_null = a.IsDefinitelyNotNull() && b.IsDefinitelyNotNull();
  if (a.type() == b.type()) {
    const Bounds x = BoundsOf(a), y = BoundsOf(b);
    refinements.min_length = std::min(x.min_length, y.min_length);
    refinements.max_length = std::max(x.max_length, y.max_length);
    if (x.lower && y.lower) {
      const bool first = value::Number::Compare(*x.lower, *y.lower) < 0;
      refinements.lower = first ? x.lower : y.lower;
      refinements.lower_inclusive = first ? x.lower_inclusive : y.lower_inclusive;
    }
    if (x.upper && y.upper) {
      const bool first = value::Number::Compare(*x.upper, *y.upper) > 0;
      refinements.upper = first ? x.upper : y.upper;
      refinements.upper_inclusive = first ? x.upper_inclusive : y.upper_inclusive;
    }
  }
  return Value::Unknown(type, refinements);
}

}  // namespace

// Both results are evaluated, but only the errors of the chosen one count. Chains (a ? b : c ? d : ...) lean
// to the right and may be long, so they are evaluated from their end.
Value Evaluator::Conditional(const hcl::ConditionalExpression& conditional) {
  std::vector<const hcl::ConditionalExpression*> chain;
  const hcl::Expression* last = &conditional;
  for (; last->kind == hcl::ExpressionKind::kConditional; last = chain.back()->if_false) {
    chain.push_back(&As<hcl::ConditionalExpression>(*last));
  }
  base::diag::Diagnostics collected;
  Value value = EvaluateInto(*last, &collected);
  base::diag::Diagnostics* const outer = diagnostics_;
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    base::diag::Diagnostics true_diagnostics;
    Value if_true = EvaluateInto(*(*link)->if_true, &true_diagnostics);
    base::diag::Diagnostics joined;
    diagnostics_ = &joined;
    value = Choose(**link, std::move(if_true), std::move(value), std::move(true_diagnostics),
                   std::move(collected));
    diagnostics_ = outer;
    collected = std::move(joined);
  }
  outer->Append(std::move(collected));
  return value;
}

Value Evaluator::Choose(const hcl::ConditionalExpression& conditional, Value if_true, Value if_false,
                        base::diag::Diagnostics true_diagnostics, base::diag::Diagnostics false_diagnostics) {
  const std::optional<Type> type = ResultType(if_true, if_false);
  if (!type) {
    Error("Inconsistent conditional result types",
          "The true and false result expressions must have consistent types. " +
              Mismatch(if_true.type(), if_false.type()) + ".",
          Cover(conditional.if_true->span, conditional.if_false->span), conditional.span, conditional);
    return Value::DynamicUnknown();
  }
  const Value condition = Evaluate(*conditional.condition);
  if (condition.IsNull()) {
    Error("Null condition", "The condition value is null. Conditions must either be true or false.",
          conditional.condition->span, conditional.span, *conditional.condition);
    return Value::Unknown(*type);
  }
  const value::Marks marks = condition.marks() | if_true.marks() | if_false.marks();
  if (condition.IsUnknown()) return EitherOf(if_true.Unmarked(), if_false.Unmarked(), *type).WithMarks(marks);
  const value::Conversion chosen = value::Convert(condition.Unmarked(), Type::Bool());
  if (!chosen.ok()) {
    Error("Incorrect condition type", "The condition expression must be of type bool.",
          conditional.condition->span, conditional.span, *conditional.condition);
    return Value::Unknown(*type);
  }
  const bool yes = chosen.value.AsBool();
  diagnostics_->Append(std::move(yes ? true_diagnostics : false_diagnostics));
  Value result = std::move(yes ? if_true : if_false);
  if (result.type() != *type && !type->IsDynamic()) {
    std::string problem = Uneven(result.type(), (yes ? if_false : if_true).type(), *type);
    value::Conversion converted;
    if (problem.empty()) converted = value::Convert(result, *type);
    if (!converted.ok()) problem = converted.error->message;
    if (!problem.empty()) {
      const hcl::Expression& branch = yes ? *conditional.if_true : *conditional.if_false;
      Error("Inconsistent conditional result types",
            fmt::format("The {} result value has the wrong type: {}.", yes ? "true" : "false", problem),
            branch.span, conditional.span, branch);
      return Value::Unknown(*type);
    }
    result = std::move(converted.value);
  }
  return marks ? result.WithMarks(marks) : result;
}

}  // namespace language::eval
