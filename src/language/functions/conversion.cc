#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kDynamic = Type::Dynamic();

CallError CannotConvert(const Value& value, Type want, const value::ConversionError& error) {
  const Value plain = value.Unmarked();
  if (value.type().IsString() && want.IsPrimitive()) {
    if (value.IsMarked(value::kSensitive)) {
      return FailArgument(0, "cannot convert this sensitive string to {}", want.FriendlyName());
    }
    const std::string shown =
        value.marks() || !plain.IsKnownNotNull() ? "this value" : Quoted(plain.AsString());
    if (want.IsBool()) {
      return FailArgument(0, "cannot convert {} to bool; only the strings \"true\" or \"false\" are allowed",
                          shown);
    }
    return FailArgument(
        0, "cannot convert {} to number; given string must be a decimal representation of a number", shown);
  }
  if (!value::CanConvert(value.type(), want, /*safe=*/false) || want.IsPrimitive()) {
    return FailArgument(0, "cannot convert {} to {}", value.type().FriendlyName(),
                        want.FriendlyNameForConstraint());
  }
  // The kind converts, an element does not.
  return FailArgument(0, "cannot convert {} to {}: {}", value.type().FriendlyName(),
                      want.FriendlyNameForConstraint(), error.message);
}

CallResult ConvertTo(Arguments a, Type want) {
  // Of what kind the elements will be is told only when the value is known. The rest of what is known is
  // lost.
  if (a[0].IsUnknown() && value::CanConvert(a[0].type(), want, /*safe=*/false))
    return Value::Unknown(want).WithMarks(a[0].marks());
  value::Conversion conversion = value::Convert(a[0], want);
  if (!conversion.ok()) return CannotConvert(a[0], want, *conversion.error);
  return std::move(conversion.value);
}

CallResult ToString(const Environment&, Arguments a) { return ConvertTo(a, Type::String()); }
CallResult ToNumber(const Environment&, Arguments a) { return ConvertTo(a, Type::Number()); }
CallResult ToBool(const Environment&, Arguments a) { return ConvertTo(a, Type::Bool()); }
CallResult ToList(const Environment&, Arguments a) { return ConvertTo(a, Type::List(kDynamic)); }
CallResult ToSet(const Environment&, Arguments a) { return ConvertTo(a, Type::Set(kDynamic)); }
CallResult ToMap(const Environment&, Arguments a) { return ConvertTo(a, Type::Map(kDynamic)); }

CallResult Sensitive(const Environment&, Arguments a) { return a[0].WithMarks(value::kSensitive); }

Value WithoutMarks(const Value& value, value::Marks marks) {
  return value.Unmarked().WithMarks(value.marks() & ~marks);
}

CallResult NonSensitive(const Environment&, Arguments a) { return WithoutMarks(a[0], value::kSensitive); }

// Whether an unknown value will be sensitive may itself not be known yet.
CallResult IsSensitive(const Environment&, Arguments a) {
  if (a[0].IsMarked(value::kSensitive)) return Value::True();
  if (a[0].IsUnknown()) return Value::Unknown(Type::Bool());
  return Value::False();
}

CallResult EphemeralAsNull(const Environment&, Arguments a) {
  return a[0].Transform([](const value::Path&, const Value& value) {
    if (!value.IsMarked(value::kEphemeral)) return value;
    return Value::Null(value.type()).WithMarks(value.marks() & ~value::kEphemeral);
  });
}

}  // namespace

Table ConversionFunctions() {
  const Parameter v{"v", kDynamic, kAllowEverything}, value{"value", kDynamic, kAllowEverything};
  return {
      {"tostring", "The value as a text.", {v}, {}, Type::String(), ToString, nullptr, true},
      {"tonumber", "The value as a number.", {v}, {}, Type::Number(), ToNumber, nullptr, true},
      {"tobool", "The value as true or false.", {v}, {}, Type::Bool(), ToBool, nullptr, true},
      {"tolist", "The value as a list.", {v}, {}, Type::List(kDynamic), ToList, nullptr, true},
      {"toset", "The value as a set.", {v}, {}, Type::Set(kDynamic), ToSet, nullptr, true},
      {"tomap", "The value as a map.", {v}, {}, Type::Map(kDynamic), ToMap, nullptr, true},
      {"sensitive", "The value, not to be shown.", {value}, {}, kDynamic, Sensitive, nullptr, true},
      {"nonsensitive",
       "A sensitive value, free to be shown.",
       {value},
       {},
       kDynamic,
       NonSensitive,
       nullptr,
       true},
      {"issensitive", "Whether a value is sensitive.", {value}, {}, Type::Bool(), IsSensitive},
      {"ephemeralasnull",
       "The value with null for what is ephemeral.",
       {value},
       {},
       kDynamic,
       EphemeralAsNull,
       nullptr,
       true},
  };
}

}  // namespace language::functions
