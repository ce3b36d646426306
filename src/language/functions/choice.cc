#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kDynamic = Type::Dynamic();

TypeResult CoalesceType(Arguments a) {
  std::vector<Type> types;
  for (const Value& argument : a) types.push_back(argument.type());
  const std::optional<Type> common = types.empty() ? std::nullopt : value::Unify(types, /*unsafe=*/true);
  if (!common) return Fail("all arguments must have the same type");
  return *common;
}

CallResult Coalesce(const Environment&, Arguments a) {
  const TypeResult type = CoalesceType(a);
  if (type.error) return *type.error;
  for (const Value& argument : a) {
    if (argument.IsNull()) continue;
    const value::Marks marks = argument.marks();
    if (argument.IsUnknown()) {
      // An unknown text may still be empty or null, so what follows counts.
      const Value unknown = Value::Unknown(type.type);
      return (type.type.IsDynamic() ? unknown : unknown.NotNull()).WithMarks(marks);
    }
    value::Conversion conversion = value::Convert(argument, type.type);
    if (!conversion.ok()) return Fail("{}", conversion.error->message);
    const Value unmarked = conversion.value.Unmarked();
    if (unmarked.IsKnownNotNull() && unmarked.type().IsString() && unmarked.AsString().empty()) continue;
    return std::move(conversion.value);
  }
  return Fail("no non-null, non-empty-string arguments");
}

TypeResult CoalesceListType(Arguments a) {
  if (a.empty()) return Fail("at least one argument is required");
  std::vector<Type> types;
  for (const Value& argument : a) {
    if (argument.IsUnknown()) return kDynamic;
    if (!argument.type().IsList() && !argument.type().IsTuple()) {
      return Fail("coalescelist arguments must be lists or tuples");
    }
    types.push_back(argument.type());
  }
  for (Type type : types) {
    if (type != types[0]) return kDynamic;
  }
  return types[0];
}

CallResult CoalesceList(const Environment&, Arguments a) {
  const TypeResult type = CoalesceListType(a);
  if (type.error) return *type.error;
  for (const Value& argument : a) {
    if (argument.IsUnknown()) return Value::Unknown(type.type).WithMarks(argument.marks());
    if (!argument.IsNull() && argument.Unmarked().Length() > 0) return argument;
  }
  return Fail("no non-null arguments");
}

}  // namespace

Table ChoiceFunctions() {
  return {
      {"coalesce",
       "The first argument that is neither null nor an empty text.",
       {},
       Parameter{"vals", kDynamic, kAllowNull | kAllowUnknown | kAllowDynamic},
       kDynamic,
       Coalesce,
       CoalesceType},
      {"coalescelist",
       "The first list that is not empty.",
       {},
       Parameter{"vals", kDynamic, kAllowNull | kAllowUnknown | kAllowDynamic,
                 "The lists or tuples, in the order in which they are preferred."},
       kDynamic,
       CoalesceList,
       CoalesceListType},
  };
}

}  // namespace language::functions
