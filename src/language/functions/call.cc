#include "language/functions/family.h"

namespace language::functions {
namespace {

const Parameter& ParameterAt(const Function& function, size_t index) {
  if (index < function.parameters.size()) return function.parameters[index];
  return *function.variadic;
}

// What stops a call before its implementation: a null, or an argument whose very type is unknown.
struct Screening {
  std::optional<CallError> error;
  bool dynamic = false;
  bool unknown = false;
  bool marked = false;
};

Screening Screen(const Function& function, Arguments arguments) {
  Screening result;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Value& argument = arguments[i];
    const uint8_t allow = ParameterAt(function, i).allow;
    if (!(allow & kAllowMarked) && argument.HasMarksDeep()) result.marked = true;
    // What follows an argument of unknown type is not looked at.
    if (argument.IsNull() && !(allow & kAllowNull) && !result.dynamic) {
      result.error = FailArgument(static_cast<int>(i), "argument must not be null");
      return result;
    }
    // The null of no type included.
    if (!(allow & kAllowDynamic) && argument.type().IsDynamic()) result.dynamic = true;
    if (!(allow & kAllowUnknown) && argument.IsUnknown()) result.unknown = true;
  }
  return result;
}

Value UnknownResult(const Function& function, Type type) {
  Value unknown = Value::Unknown(type);
  return function.null_result || type.IsDynamic() ? unknown : unknown.NotNull();
}

CallResult CallUnmarked(const Function& function, const Environment& environment, Arguments arguments,
                        const Implementation& implementation, const Screening& screening) {
  if (screening.dynamic) return Value::DynamicUnknown();
  Type type = function.result;
  if (function.result_rule && screening.unknown) {
    TypeResult rule = function.result_rule(arguments);
    if (rule.error) return *rule.error;
    type = rule.type;
  }
  if (screening.unknown) return UnknownResult(function, type);
  return implementation(environment, arguments);
}

}  // namespace

CallResult Call(const Function& function, const Environment& environment, Arguments arguments) {
  return Call(function, environment, arguments, function.call);
}

CallResult Call(const Function& function, const Environment& environment, Arguments arguments,
                const Implementation& implementation) {
  const Screening screening = Screen(function, arguments);
  if (screening.error) return *screening.error;
  if (!screening.marked) return CallUnmarked(function, environment, arguments, implementation, screening);

  std::vector<Value> unmarked(arguments.begin(), arguments.end());
  value::Marks marks = value::kNoMarks;
  for (size_t i = 0; i < unmarked.size(); ++i) {
    if (ParameterAt(function, i).allow & kAllowMarked) continue;
    marks |= unmarked[i].MarksDeep();
    unmarked[i] = unmarked[i].UnmarkedDeep();
  }
  CallResult result = CallUnmarked(function, environment, unmarked, implementation, screening);
  if (!result.error) result.value = result.value.WithMarks(marks);
  return result;
}

std::optional<int64_t> WholeNumber(const Value& value) { return value.AsNumber().AsInt64(); }

std::optional<Type> UnifyElements(std::span<const Type> types) {
  if (types.empty()) return Type::Dynamic();
  return value::Unify(types, /*unsafe=*/true);
}

std::vector<Value> ConvertAll(std::span<const Value> values, Type type) {
  std::vector<Value> converted;
  converted.reserve(values.size());
  for (const Value& value : values) {
    value::Conversion conversion = value::Convert(value, type);
    converted.push_back(conversion.ok() ? std::move(conversion.value) : Value::Unknown(type));
  }
  return converted;
}

}  // namespace language::functions
