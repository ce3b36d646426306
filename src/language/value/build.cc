// Construction of lists, maps, objects and tuples. Sets: set_order.cc.
#include <algorithm>

#include "base/text/unicode.h"
#include "language/value/node.h"

namespace language::value {

namespace {

// A null or unknown of a vague type becomes one of the type that its place has.
void Fit(Type type, Value* value) {
  if (value->type() == type || type.IsDynamic()) return;
  if (value->IsKnownNotNull() || !value->type().HasDynamic()) return;
  Marks marks = value->marks();
  Refinements refinements = value->refinements();
  *value = (value->IsNull() ? Value::Null(type) : Value::Unknown(type, refinements)).WithMarks(marks);
}

// The type that decides for all elements: of the first known one, else of the first that has any.
Type DecidingType(Type element, std::span<const Value* const> values) {
  if (!element.HasDynamic()) return element;
  for (const Value* value : values) {
    if (value->type().IsDynamic()) continue;
    if (element.HasDynamic()) element = value->type();
    if (value->IsKnownNotNull()) return value->type();
  }
  return element;
}

// Puts the pairs into order by name; of equal names the last stays.
void SortByName(std::vector<std::pair<std::string, Value>>* pairs) {
  auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  for (auto& [name, value] : *pairs) {
    if (!base::text::IsAscii(name)) name = base::text::NormalizeNfc(base::text::ReplaceInvalidUtf8(name));
  }
  if (!std::is_sorted(pairs->begin(), pairs->end(), less))
    std::stable_sort(pairs->begin(), pairs->end(), less);
  size_t kept = 0;
  for (size_t i = 0; i < pairs->size(); ++i) {
    if (i + 1 < pairs->size() && (*pairs)[i].first == (*pairs)[i + 1].first) continue;
    if (kept != i) (*pairs)[kept] = std::move((*pairs)[i]);
    ++kept;
  }
  pairs->erase(pairs->begin() + static_cast<std::ptrdiff_t>(kept), pairs->end());
}

}  // namespace

bool ElementsAgree(Type element, std::span<const Value* const> values) {
  element = DecidingType(element, values);
  return std::ranges::all_of(values, [element](const Value* value) {
    return value->type() == element || (!value->IsKnownNotNull() && value->type().HasDynamic());
  });
}

Type FitElements(Type element, std::span<Value*> values) {
  element = DecidingType(element, values);
  for (Value* value : values) {
    Fit(element, value);
    CHECK(value->type() == element);
  }
  return element;
}

Value Value::List(Type element, std::vector<Value> elements) {
  std::vector<Value*> pointers;
  bool fits = true;
  for (const Value& value : elements) fits = fits && value.type() == element;
  if (!fits) {
    for (Value& value : elements) pointers.push_back(&value);
    element = FitElements(element, pointers);
  }
  CompoundBuilder builder(Type::List(element), elements.size());
  for (Value& value : elements) builder.Put(std::move(value));
  return std::move(builder).Finish();
}

Value Value::Map(Type element, std::vector<std::pair<std::string, Value>> entries) {
  SortByName(&entries);
  std::vector<Value*> pointers;
  for (auto& [key, value] : entries) pointers.push_back(&value);
  element = FitElements(element, pointers);
  CompoundBuilder builder(Type::Map(element), entries.size());
  for (auto& [key, value] : entries) builder.Put(std::move(value));
  for (auto& [key, value] : entries) builder.PutKey(StringRaw(key));
  return std::move(builder).Finish();
}

Value Value::Object(std::vector<std::pair<std::string, Value>> attributes) {
  SortByName(&attributes);
  std::vector<std::string_view> names;
  std::vector<Type> types;
  names.reserve(attributes.size());
  types.reserve(attributes.size());
  for (const auto& [name, value] : attributes) {
    names.push_back(name);
    types.push_back(value.type());
  }
  CompoundBuilder builder(Type::ObjectSorted(names, types), attributes.size());
  for (auto& [name, value] : attributes) builder.Put(std::move(value));
  return std::move(builder).Finish();
}

Value Value::ObjectOf(Type type, std::vector<Value> values) {
  return ObjectOf(type, std::span<Value>(values));
}

Value Value::ObjectOf(Type type, std::span<Value> values) {
  CHECK(type.IsObject());
  type = type.WithoutOptional();
  std::span<const ObjectAttribute> attributes = type.attributes();
  CHECK(attributes.size() == values.size());
  bool derive = false;
  for (size_t i = 0; i < values.size(); ++i) {
    Type wanted = attributes[i].type;
    if (values[i].type() == wanted) continue;
    Fit(wanted, &values[i]);
    if (values[i].type() == wanted) continue;
    CHECK(wanted.HasDynamic());
    derive = true;
  }
  if (derive) {
    std::vector<std::string_view> names;
    std::vector<Type> types;
    for (size_t i = 0; i < values.size(); ++i) {
      names.push_back(attributes[i].name);
      types.push_back(values[i].type());
    }
    type = Type::ObjectSorted(names, types);
  }
  CompoundBuilder builder(type, values.size());
  for (Value& value : values) builder.Put(std::move(value));
  return std::move(builder).Finish();
}

Value Value::Tuple(std::vector<Value> elements) {
  std::vector<Type> types;
  types.reserve(elements.size());
  for (const Value& value : elements) types.push_back(value.type());
  CompoundBuilder builder(Type::Tuple(std::move(types)), elements.size());
  for (Value& value : elements) builder.Put(std::move(value));
  return std::move(builder).Finish();
}

}  // namespace language::value
