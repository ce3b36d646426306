#include <algorithm>

#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kDynamic = Type::Dynamic();
constexpr char kIncompatible[] = "given sets must all have compatible element types";

// The set type to which all arguments convert. Empty sets of unknown element type take no part.
TypeResult CommonType(Arguments a) {
  std::vector<Type> types;
  for (const Value& argument : a) {
    if (argument.IsKnown() && argument.Length() == 0 && argument.type().element().IsDynamic()) continue;
    types.push_back(argument.type().element());
  }
  if (types.empty()) return Type::Set(kDynamic);
  const std::optional<Type> element = value::Unify(types, /*unsafe=*/true);
  if (!element) return Fail(kIncompatible);
  return Type::Set(*element);
}

// All as sets of one type, which becomes more exact where it leaves a part open; nothing where that part
// differs.
std::optional<std::vector<Value>> ConvertSets(Arguments a, Type* type) {
  std::vector<Value> sets = ConvertAll(a, *type);
  const auto filled = [](const Value& set) { return set.IsKnown() && set.Length() > 0; };
  const auto first = std::ranges::find_if(sets, filled);
  if (first == sets.end()) return sets;
  *type = first->type();
  const bool alike =
      std::ranges::all_of(sets, [&](const Value& set) { return !filled(set) || set.type() == *type; });
  return alike ? std::optional(std::move(sets)) : std::nullopt;
}

using Combine = bool (*)(const Value& element, std::span<const Value> others);

// Elements of the first set for which `keep` answers true, given the other sets.
CallResult Filter(Arguments a, Combine keep) {
  TypeResult type = CommonType(a);
  if (type.error) return *type.error;
  for (const Value& argument : a) {
    if (!argument.IsWhollyKnown()) return Value::Unknown(type.type).NotNull();
  }
  const std::optional<std::vector<Value>> sets = ConvertSets(a, &type.type);
  if (!sets) return Fail(kIncompatible);
  std::vector<Value> kept;
  for (const Value& element : (*sets)[0].Elements()) {
    if (keep(element, std::span(*sets).subspan(1))) kept.push_back(element);
  }
  return Value::Set(type.type.element(), std::move(kept));
}

CallResult SetIntersection(const Environment&, Arguments a) {
  return Filter(a, [](const Value& element, std::span<const Value> others) {
    return std::ranges::all_of(others, [&](const Value& set) { return set.SetContains(element); });
  });
}

CallResult SetSubtract(const Environment&, Arguments a) {
  return Filter(
      a, [](const Value& element, std::span<const Value> others) { return !others[0].SetContains(element); });
}

CallResult SetUnion(const Environment&, Arguments a) {
  TypeResult type = CommonType(a);
  if (type.error) return *type.error;
  const std::optional<std::vector<Value>> sets = ConvertSets(a, &type.type);
  if (!sets) return Fail(kIncompatible);
  std::vector<Value> elements;
  for (const Value& set : *sets) {
    elements.insert(elements.end(), set.Elements().begin(), set.Elements().end());
  }
  return Value::Set(type.type.element(), std::move(elements));
}

// A set of tuples as soon as one argument is a set, else a list of tuples.
TypeResult SetProductType(Arguments a) {
  if (a.size() < 2) return Fail("at least two arguments are required");
  bool set = false;
  std::vector<Type> elements;
  for (size_t i = 0; i < a.size(); ++i) {
    const Type type = a[i].type();
    if (!IsSequence(type)) return FailArgument(static_cast<int>(i), "a set or a list is required");
    set = set || type.IsSet();
    if (!type.IsTuple()) {
      elements.push_back(type.element());
      continue;
    }
    const std::optional<Type> common = UnifyElements(type.elements());
    if (!common) return FailArgument(static_cast<int>(i), "all elements must be of the same type");
    elements.push_back(*common);
  }
  const Type tuple = Type::Tuple(std::move(elements));
  return set ? Type::Set(tuple) : Type::List(tuple);
}

// The elements of an argument as a column of the result, or nothing when they do not become one type.
std::optional<std::vector<Value>> Column(const Value& source, Type type) {
  std::vector<Value> elements = ConvertAll(source.Elements(), type);
  if (!type.HasDynamic()) return elements;
  if (!value::MakeOneCollection(elements)) return std::nullopt;
  // As a list, so that nulls are of the others' type.
  const Value column = Value::List(type, std::move(elements));
  return std::vector<Value>(column.Elements().begin(), column.Elements().end());
}

// All combinations, the last column turning fastest.
std::vector<Value> Rows(std::span<const std::vector<Value>> columns, size_t total) {
  std::vector<Value> rows;
  rows.reserve(total);
  for (size_t row = 0; row < total; ++row) {
    std::vector<Value> elements(columns.size());
    size_t rest = row;
    for (size_t i = columns.size(); i-- > 0;) {
      elements[i] = columns[i][rest % columns[i].size()];
      rest /= columns[i].size();
    }
    rows.push_back(Value::Tuple(std::move(elements)));
  }
  return rows;
}

CallResult SetProduct(const Environment&, Arguments a) {
  constexpr size_t kMaxCombinations = 1'000'000;
  const TypeResult type = SetProductType(a);
  if (type.error) return *type.error;
  const Type tuple = type.type.element();
  value::Marks marks = value::kNoMarks;
  std::vector<std::vector<Value>> columns;
  size_t total = 1;
  for (size_t i = 0; i < a.size(); ++i) {
    marks |= a[i].marks();
    const Value source = a[i].Unmarked();
    if (source.type().IsSet() && source.Length() > 1 && !source.IsWhollyKnown()) {
      return Value::Unknown(type.type).NotNull().WithMarks(marks);
    }
    std::optional<std::vector<Value>> column = Column(source, tuple.elements()[i]);
    if (!column) return FailArgument(static_cast<int>(i), "all elements must be of the same type");
    total *= column->size();
    columns.push_back(*std::move(column));
    if (total * a.size() > value::kMaxWeight) return TooManyParts();
    if (total > kMaxCombinations)
      return Fail("the result would have more than {} elements", kMaxCombinations);
  }
  // Null or marked elements leave the tuple type as it is, since they were converted.
  std::vector<Value> rows = Rows(columns, total);
  if (type.type.IsSet()) return Value::Set(tuple, std::move(rows)).WithMarks(marks);
  return Value::List(tuple, std::move(rows)).WithMarks(marks);
}

}  // namespace

Table SetFunctions() {
  const Type any_set = Type::Set(kDynamic);
  const Parameter first{"first_set", any_set}, others{"other_sets", any_set};
  return {
      {"setunion", "Elements of any of the sets.", {first}, others, any_set, SetUnion, CommonType},
      {"setintersection",
       "Elements common to all sets.",
       {first},
       others,
       any_set,
       SetIntersection,
       CommonType},
      {"setsubtract",
       "Elements of the first set that the second lacks.",
       {{"a", any_set}, {"b", any_set}},
       {},
       any_set,
       SetSubtract,
       CommonType},
      {"setproduct",
       "All combinations of elements, one from each argument.",
       {},
       Parameter{"sets", kDynamic, kAllowMarked,
                 "Sets, lists or tuples. Where none is a set the result keeps their order."},
       kDynamic,
       SetProduct,
       SetProductType},
  };
}

}  // namespace language::functions
