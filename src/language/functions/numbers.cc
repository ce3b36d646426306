#include <cmath>

#include "language/functions/decimal.h"
#include "language/functions/elementary.h"
#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kNumber = Type::Number();

CallResult Result(Number number) { return Value::OfNumber(std::move(number)); }

CallResult Abs(const Environment&, Arguments a) {
  const Number number = a[0].AsNumber();
  if (number.Sign() == 0) return Result(Number(0));  // without a sign
  return Result(number.Sign() < 0 ? Number::Negate(number) : number);
}

CallResult Ceil(const Environment&, Arguments a) { return Result(a[0].AsNumber().Ceiling()); }
CallResult Floor(const Environment&, Arguments a) { return Result(a[0].AsNumber().Floor()); }

CallResult FromDouble(double result) {
  if (std::isnan(result)) return Fail("the result is not a real number");
  if (std::isinf(result)) return Result(Number::Infinity(result < 0));
  return Result(Number::FromDouble(result));
}

CallResult Log(const Environment&, Arguments a) {
  return FromDouble(NaturalLogarithm(a[0].AsNumber().AsDouble()) /
                    NaturalLogarithm(a[1].AsNumber().AsDouble()));
}

CallResult Pow(const Environment&, Arguments a) {
  return FromDouble(Power(a[0].AsNumber().AsDouble(), a[1].AsNumber().AsDouble()));
}

CallResult Signum(const Environment&, Arguments a) {
  const std::optional<int64_t> number = WholeNumber(a[0]);
  if (!number) return Fail("{}", kNotWhole);
  return Value::Int(*number < 0 ? -1 : *number > 0);
}

TypeResult ParseIntType(Arguments a) {
  if (a[0].type().IsString()) return kNumber;
  return FailArgument(0, "first argument must be a string, not {}", a[0].type().FriendlyName());
}

CallResult ParseInt(const Environment&, Arguments a) {
  if (const TypeResult type = ParseIntType(a); type.error) return *type.error;
  const std::optional<int64_t> base = WholeNumber(a[1]);
  if (!base) return FailArgument(1, "{}", kNotWhole);
  if (*base < 2 || *base > 62)
    return FailArgument(1, "base must be a whole number between 2 and 62 inclusive");
  std::string_view digits = a[0].AsString();
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  const std::optional<Number> number = ParseInteger(digits, static_cast<int>(*base));
  if (!number) return FailArgument(0, "cannot parse {} as a base {} integer", Quoted(a[0].AsString()), *base);
  return Result(negative ? Number::Negate(*number) : *number);
}

CallResult Min(const Environment&, Arguments a) {
  if (a.empty()) return Fail("must pass at least one number");
  Number least = a[0].AsNumber();
  for (const Value& value : a) {
    if (Number::Compare(value.AsNumber(), least) < 0) least = value.AsNumber();
  }
  return Result(least);
}

CallResult Max(const Environment&, Arguments a) {
  if (a.empty()) return Fail("must pass at least one number");
  Number greatest = a[0].AsNumber();
  for (const Value& value : a) {
    if (Number::Compare(value.AsNumber(), greatest) > 0) greatest = value.AsNumber();
  }
  return Result(greatest);
}

CallResult Sum(const Environment&, Arguments a) {
  const Type type = a[0].type();
  if (type.IsPrimitive()) return FailArgument(0, "cannot sum noniterable");
  if (a[0].Length() == 0) return FailArgument(0, "cannot sum an empty list");
  if (!IsSequence(type)) {
    return FailArgument(0, "argument must be list, set, or tuple. Received {}", type.FriendlyName());
  }
  if (!a[0].IsWhollyKnown()) return Value::Unknown(kNumber).NotNull();
  Number sum(0);
  bool first = true;
  for (const Value& element : a[0].Elements()) {
    const value::Conversion number = value::Convert(element, kNumber);
    if (!number.ok() || number.value.IsNull()) {
      return FailArgument(0, "argument must be list, set, or tuple of number values");
    }
    sum = first ? number.value.AsNumber() : Number::Add(sum, number.value.AsNumber());
    first = false;
  }
  return Result(sum);
}

}  // namespace

Table NumberFunctions() {
  const Parameter num{"num", kNumber}, numbers{"numbers", kNumber};
  return {
      {"abs", "The number without its sign.", {num}, {}, kNumber, Abs},
      {"ceil", "The nearest whole number that is not smaller.", {num}, {}, kNumber, Ceil},
      {"floor", "The nearest whole number that is not greater.", {num}, {}, kNumber, Floor},
      {"log", "The logarithm of a number in a base.", {num, {"base", kNumber}}, {}, kNumber, Log},
      {"pow", "A number to the power of another.", {num, {"power", kNumber}}, {}, kNumber, Pow},
      {"signum", "-1, 0 or 1 by the sign of a whole number.", {num}, {}, kNumber, Signum},
      {"parseint",
       "A whole number from its digits in a base of 2 to 62.",
       {{"number", Type::Dynamic()}, {"base", kNumber}},
       {},
       kNumber,
       ParseInt,
       ParseIntType},
      {"min", "The smallest of the numbers.", {}, numbers, kNumber, Min},
      {"max", "The greatest of the numbers.", {}, numbers, kNumber, Max},
      {"sum", "The sum of a list of numbers.", {{"list", Type::Dynamic()}}, {}, kNumber, Sum},
  };
}

}  // namespace language::functions
