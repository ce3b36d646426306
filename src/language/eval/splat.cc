#include <algorithm>

#include "language/eval/evaluator.h"

namespace language::eval {

using value::Type;
using value::Value;

Value Evaluator::EvaluateItem(const hcl::SplatExpression& splat, const Value& element) {
  const Item item{splat.item, &element, items_};
  items_ = &item;
  Value value = Evaluate(*splat.each);
  items_ = item.outer;
  return value;
}

// The type of the whole result, found with unknown elements.
std::optional<Type> Evaluator::SplatType(const hcl::SplatExpression& splat, Type source, bool quiet) {
  base::diag::Diagnostics dropped;
  base::diag::Diagnostics* const outer = diagnostics_;
  if (quiet) diagnostics_ = &dropped;
  std::optional<Type> result;
  if (source.IsTuple()) {
    std::vector<Type> types;
    for (Type element : source.elements())
      types.push_back(EvaluateItem(splat, Value::Unknown(element)).type());
    result = Type::Tuple(std::move(types));
  } else {
    result = Type::List(EvaluateItem(splat, Value::Unknown(source.element())).type());
  }
  diagnostics_ = outer;
  return result;
}

Value Evaluator::Splat(const hcl::SplatExpression& splat) {
  const size_t mark = ErrorMark();
  Value source = Evaluate(*splat.source);
  if (FailedSince(mark)) return Value::DynamicUnknown();
  const value::Marks marks = source.marks();
  const bool sequence = source.type().IsTuple() || source.type().IsList() || source.type().IsSet();
  if (source.IsNull()) {
    if (!sequence) return Value::EmptyTuple().WithMarks(marks);
    Error("Splat of null value", "Splat expressions (with the * symbol) cannot be applied to null sequences.",
          splat.source->span, Cover(splat.source->span, splat.marker_span), *splat.source);
    return Value::DynamicUnknown();
  }
  if (source.type().IsDynamic()) return Value::DynamicUnknown().WithMarks(marks);
  // A single value is taken as a tuple of itself, unless it may turn out to be null.
  const bool maybe_null = !sequence && !source.IsDefinitelyNotNull();
  if (!sequence) source = Value::Tuple({std::move(source)});

  if (source.IsUnknown()) {
    const std::optional<Type> type = SplatType(splat, source.type(), /*quiet=*/false);
    if (!type->IsList() || !source.type().IsCollection())
      return Value::Unknown(*type).NotNull().WithMarks(marks);
    const value::Refinements known = source.refinements();
    value::Refinements refinements;
    refinements.not_null = true;
    refinements.min_length = known.min_length;
    refinements.max_length = known.max_length;
    return Value::Unknown(*type, refinements).WithMarks(marks);
  }

  const Value elements = source.Unmarked();
  std::vector<Value> results;
  results.reserve(elements.Length());
  for (const Value& element : elements.Elements()) results.push_back(EvaluateItem(splat, element));
  if (maybe_null) return Value::DynamicUnknown().WithMarks(marks);
  if (FailedSince(mark))
    return Value::Unknown(*SplatType(splat, source.type(), /*quiet=*/true)).WithMarks(marks);
  if (source.type().IsTuple()) return Value::Tuple(std::move(results)).WithMarks(marks);
  if (results.empty()) {
    return Value::List(SplatType(splat, source.type(), /*quiet=*/false)->element(), {}).WithMarks(marks);
  }
  // Elements of an `any` attribute may differ in type, and then make a tuple.
  const Type type = results[0].type();
  const bool alike = std::ranges::all_of(results, [&](const Value& value) { return value.type() == type; });
  if (!alike) return Value::Tuple(std::move(results)).WithMarks(marks);
  return Value::List(type, std::move(results)).WithMarks(marks);
}

}  // namespace language::eval
