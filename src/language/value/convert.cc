#include "language/value/convert.h"

#include <algorithm>

#include "base/core/strings.h"
#include "language/value/node.h"
#include "language/value/place.h"
#include "language/value/unify.h"

namespace language::value {

namespace {

// What carries over from an unknown value to the unknown that it is converted to.
Value ConvertUnknown(const Value& from, Type to) {
  Refinements known = from.refinements(), result;
  result.not_null = known.not_null;
  Type type = from.type();
  if (type.IsObject() && to.IsMap()) {
    result.min_length = result.max_length = static_cast<int64_t>(type.attributes().size());
  } else if (type.IsTuple() && to.IsList()) {
    result.min_length = result.max_length = static_cast<int64_t>(type.elements().size());
  } else if (type.IsTuple() && to.IsSet()) {
    // Elements may become one.
    result.max_length = static_cast<int64_t>(type.elements().size());
    result.min_length = std::min<int64_t>(result.max_length, 1);
  } else if (type.IsCollection() && to.IsCollection()) {
    result.min_length = to.IsSet() ? std::min<int64_t>(known.min_length, 1) : known.min_length;
    result.max_length = known.max_length;
  } else if (type == to) {
    result = known;
  }
  return Value::Unknown(to, result);
}

// One conversion that is known to exist for the types. Failures are remembered once, and unwind with any
// value.
class Converter {
 public:
  Value Run(const Value& in, Type out, const Place& place);
  std::optional<ConversionError> error;

 private:
  Value Fail(const Place& place, std::string message) {
    if (!error) error = ConversionError{PathOf(place), std::move(message)};
    return Value();
  }
  Value FromString(const Value& in, Type out, const Place& place);
  Value ToList(const Value& in, Type element, const Place& place);
  Value ToSet(const Value& in, Type element, const Place& place);
  Value ToMap(const Value& in, Type element, const Place& place);
  Value ObjectToObject(const Value& in, Type out, const Place& place);
  Value MapToObject(const Value& in, Type out, const Place& place);
  Value TupleToTuple(const Value& in, Type out, const Place& place);
  std::vector<Value> RunAll(std::span<const Value> in, Type element, const Place& place);
  bool Agree(std::vector<Value>* values, bool unify, const Place& place, const char* message);
};

Value Converter::Run(const Value& in, Type out, const Place& place) {
  if (out.IsDynamic() || in.type() == out) return in;
  if (in.marks() != kNoMarks) return Run(in.Unmarked(), out, place).WithMarks(in.marks());
  if (!in.IsKnownNotNull()) {
    Type type = ReplaceDynamic(in.type(), out.WithoutOptional());
    return in.IsNull() ? Value::Null(type) : ConvertUnknown(in, type);
  }
  if (in.type() == out.WithoutOptional()) return in;
  Type from = in.type();
  switch (out.kind()) {
    case Kind::kString:
      if (from.IsBool()) return Value::StringRaw(in.AsBool() ? "true" : "false");
      if (from.IsNumber()) return Value::StringRaw(in.AsNumber().ToString());
      break;
    case Kind::kNumber:
    case Kind::kBool:
      if (from.IsString()) return FromString(in, out, place);
      break;
    case Kind::kList:
      if (from.IsList() || from.IsSet() || from.IsTuple()) return ToList(in, out.element(), place);
      break;
    case Kind::kSet:
      if (from.IsList() || from.IsSet() || from.IsTuple()) return ToSet(in, out.element(), place);
      break;
    case Kind::kMap:
      if (from.IsMap() || from.IsObject()) return ToMap(in, out.element(), place);
      break;
    case Kind::kObject:
      if (from.IsObject()) return ObjectToObject(in, out, place);
      if (from.IsMap()) return MapToObject(in, out, place);
      break;
    case Kind::kTuple:
      if (from.IsTuple() && from.elements().size() == out.elements().size())
        return TupleToTuple(in, out, place);
      break;
    case Kind::kDynamic:
      break;
  }
  return Fail(place, MismatchMessage(from, out));
}

Value Converter::FromString(const Value& in, Type out, const Place& place) {
  std::string_view text = in.AsString();
  if (out.IsNumber()) {
    if (std::optional<Number> number = Number::Parse(text)) return Value::OfNumber(std::move(*number));
    return Fail(place, "a number is required");
  }
  if (text == "true" || text == "1") return Value::True();
  if (text == "false" || text == "0") return Value::False();
  std::string lower = base::core::AsciiLower(text);
  if (lower == "true" || lower == "false") {
    return Fail(place, "a bool is required; to convert from string, use lowercase \"" + lower + "\"");
  }
  return Fail(place, "a bool is required");
}

std::vector<Value> Converter::RunAll(std::span<const Value> in, Type element, const Place& place) {
  std::vector<Value> out;
  out.reserve(in.size());
  for (size_t i = 0; i < in.size() && !error; ++i) {
    out.push_back(Run(in[i], element, {.parent = &place, .index = i}));
  }
  return out;
}

// Makes the elements of a collection to be of one type, or fails.
bool Converter::Agree(std::vector<Value>* values, bool unify, const Place& place, const char* message) {
  if (error) return false;
  std::vector<Type> types;
  for (const Value& value : *values) types.push_back(value.type());
  if (unify && std::ranges::adjacent_find(types, std::ranges::not_equal_to()) != types.end()) {
    std::optional<Type> unified = Unify(types, /*unsafe=*/true);
    if (!unified) {
      Fail(place, "cannot find a common base type for all elements");
      return false;
    }
    *values = RunAll(*values, *unified, place);
    if (error) return false;
  }
  std::vector<Value*> pointers;
  for (Value& value : *values) pointers.push_back(&value);
  if (ElementsAgree(Type::Dynamic(), pointers)) return true;
  Fail(place, message);
  return false;
}

// An empty collection keeps what is known of its element type.
Type EmptyElement(Type from, Type element) {
  if (!element.IsDynamic() || !from.IsCollection()) return element.WithoutOptional();
  return from.element();
}

Value Converter::ToList(const Value& in, Type element, const Place& place) {
  Type from = in.type();
  if (from.IsSet() && in.Length() > 1 && !in.IsWhollyKnown() &&
      std::ranges::any_of(in.Elements(), &Value::IsUnknown)) {
    // The number of elements is not known.
    return Value::Unknown(Type::List(ReplaceDynamic(from.element(), element.WithoutOptional())));
  }
  if (in.Length() == 0) return Value::List(EmptyElement(from, element), {});
  if (from.IsTuple() && element.IsDynamic())
    element = StructuralElementType(from, element, false).value_or(element);
  std::vector<Value> values = RunAll(in.Elements(), element, place);
  if (!Agree(&values, from.IsTuple(), place, "element types must all match for conversion to list"))
    return Value();
  return Value::List(Type::Dynamic(), std::move(values));
}

Value Converter::ToSet(const Value& in, Type element, const Place& place) {
  Type from = in.type();
  if (in.Length() == 0) return Value::Set(EmptyElement(from, element), {});
  if (from.IsTuple() && element.IsDynamic())
    element = StructuralElementType(from, element, false).value_or(element);
  std::vector<Value> values = RunAll(in.Elements(), element, place);
  if (!Agree(&values, false, place, "element types must all match for conversion to set")) return Value();
  return Value::Set(Type::Dynamic(), std::move(values));
}

Value Converter::ToMap(const Value& in, Type element, const Place& place) {
  Type from = in.type();
  if (in.Length() == 0) return Value::Map(EmptyElement(from, element), {});
  if (from.IsObject() && element.IsDynamic())
    element = StructuralElementType(from, element, false).value_or(element);
  std::vector<Value> values;
  for (size_t i = 0; i < in.Length() && !error; ++i) {
    values.push_back(Run(in.ElementAt(i), element, {.parent = &place, .is_key = true, .name = in.KeyAt(i)}));
  }
  const char* message = from.IsObject() ? "attribute types must all match for conversion to map"
                                        : "element types must all match for conversion to map";
  if (!Agree(&values, element.IsCollection() || element.IsObject(), place, message)) return Value();
  std::vector<std::pair<std::string, Value>> entries;
  for (size_t i = 0; i < values.size(); ++i) entries.emplace_back(in.KeyAt(i), std::move(values[i]));
  return Value::Map(Type::Dynamic(), std::move(entries));
}

Value Converter::ObjectToObject(const Value& in, Type out, const Place& place) {
  std::vector<Value> values;
  values.reserve(out.attributes().size());
  for (const ObjectAttribute& attribute : out.attributes()) {
    const Value* value = in.Find(attribute.name);
    if (value == nullptr && !attribute.optional) return Fail(place, MismatchMessage(in.type(), out));
    if (value == nullptr) {
      values.push_back(Value::Null(attribute.type.WithoutOptional()));
      continue;
    }
    values.push_back(
        Run(*value, attribute.type, {.parent = &place, .is_attribute = true, .name = attribute.name}));
    if (error) return Value();
  }
  return Value::ObjectOf(out, std::move(values));
}

Value Converter::MapToObject(const Value& in, Type out, const Place& place) {
  std::vector<Value> values;
  values.reserve(out.attributes().size());
  for (const ObjectAttribute& attribute : out.attributes()) {
    const Value* value = in.Find(attribute.name);
    if (value == nullptr && !attribute.optional) {
      return Fail(place, "map has no element for required attribute " + base::core::GoQuote(attribute.name));
    }
    if (value == nullptr) {
      values.push_back(Value::Null(attribute.type.WithoutOptional()));
      continue;
    }
    if (!CanConvert(value->type(), attribute.type, false)) {
      return Fail(place, "map element type is incompatible with attribute " +
                             base::core::GoQuote(attribute.name) + ": " +
                             MismatchMessage(value->type(), attribute.type));
    }
    values.push_back(Run(*value, attribute.type, {.parent = &place, .is_key = true, .name = attribute.name}));
    if (error) return Value();
  }
  return Value::ObjectOf(out, std::move(values));
}

Value Converter::TupleToTuple(const Value& in, Type out, const Place& place) {
  std::vector<Value> values;
  for (size_t i = 0; i < in.Length() && !error; ++i) {
    values.push_back(Run(in.ElementAt(i), out.elements()[i], {.parent = &place, .index = i}));
  }
  return Value::Tuple(std::move(values));
}

bool CanConvertObjects(Type from, Type to, bool safe) {
  return std::ranges::all_of(to.attributes(), [&](const ObjectAttribute& attribute) {
    int index = from.AttributeIndex(attribute.name);
    if (index < 0) return attribute.optional;
    return CanConvert(from.attributes()[static_cast<size_t>(index)].type, attribute.type, safe);
  });
}

bool CanConvertTuples(Type from, Type to, bool safe) {
  return std::ranges::equal(from.elements(), to.elements(),
                            [safe](Type a, Type b) { return CanConvert(a, b, safe); });
}

}  // namespace

bool CanConvert(Type from, Type to, bool safe) {
  if (to.IsDynamic() || from == to) return true;
  if (from.IsDynamic()) return !safe;
  switch (to.kind()) {
    case Kind::kString:
      return from.IsPrimitive();
    case Kind::kNumber:
    case Kind::kBool:
      return from.IsString() && !safe;
    case Kind::kList:
    case Kind::kSet:
      if (from.IsTuple()) return StructuralElementType(from, to.element(), safe).has_value();
      if (from.IsList() && to.IsSet() && safe) return false;
      return (from.IsList() || from.IsSet()) && CanConvert(from.element(), to.element(), safe);
    case Kind::kMap:
      if (from.IsObject()) return StructuralElementType(from, to.element(), safe).has_value();
      return from.IsMap() && CanConvert(from.element(), to.element(), safe);
    case Kind::kObject:
      if (from.IsObject()) return CanConvertObjects(from, to, safe);
      if (!from.IsMap() || safe) return false;
      return std::ranges::all_of(to.attributes(), [&](const ObjectAttribute& attribute) {
        return attribute.optional || CanConvert(from.element(), attribute.type, safe);
      });
    case Kind::kTuple:
      return from.IsTuple() && CanConvertTuples(from, to, safe);
    case Kind::kDynamic:
      return true;
  }
  return false;
}

std::optional<Type> StructuralElementType(Type structure, Type wanted, bool safe) {
  std::vector<Type> parts = structure.IsObject() ? AttributeTypes(structure) : ElementTypes(structure);
  if (parts.empty()) return wanted;
  if (wanted.IsDynamic()) {
    std::optional<Type> unified = Unify(parts, !safe);
    if (!unified) return std::nullopt;
    if (unified->IsDynamic() && structure.IsTuple() &&
        !std::ranges::all_of(parts, [](Type part) { return part.IsDynamic(); })) {
      return std::nullopt;
    }
    wanted = *unified;
  }
  bool possible = std::ranges::all_of(parts, [&](Type part) { return CanConvert(part, wanted, safe); });
  return possible ? std::optional(wanted) : std::nullopt;
}

Type ReplaceDynamic(Type given, Type wanted) {
  if (given.IsDynamic() || !wanted.HasDynamic()) return wanted;
  if (wanted.IsDynamic()) return given;
  auto element = [&]() -> std::optional<Type> {
    if (given.IsCollection() && given.IsMap() == wanted.IsMap()) return given.element();
    if (given.IsObject() && wanted.IsMap())
      return Unify(AttributeTypes(given), true).value_or(Type::Dynamic());
    if (given.IsTuple() && !wanted.IsMap()) return Unify(ElementTypes(given), true).value_or(Type::Dynamic());
    return std::nullopt;
  };
  switch (wanted.kind()) {
    case Kind::kList:
      if (auto type = element()) return Type::List(ReplaceDynamic(*type, wanted.element()));
      return wanted;
    case Kind::kSet:
      if (auto type = element()) return Type::Set(ReplaceDynamic(*type, wanted.element()));
      return wanted;
    case Kind::kMap:
      if (auto type = element()) return Type::Map(ReplaceDynamic(*type, wanted.element()));
      return wanted;
    case Kind::kTuple: {
      if (!given.IsTuple() || given.elements().size() != wanted.elements().size()) return wanted;
      std::vector<Type> elements;
      for (size_t i = 0; i < wanted.elements().size(); ++i) {
        elements.push_back(ReplaceDynamic(given.elements()[i], wanted.elements()[i]));
      }
      return Type::Tuple(std::move(elements));
    }
    default:
      break;
  }
  std::vector<ObjectAttribute> attributes;
  for (const ObjectAttribute& attribute : wanted.attributes()) {
    Type type = attribute.type;
    if (given.IsMap()) type = ReplaceDynamic(given.element(), type);
    int index = given.IsObject() ? given.AttributeIndex(attribute.name) : -1;
    if (index >= 0) type = ReplaceDynamic(given.attributes()[static_cast<size_t>(index)].type, type);
    attributes.push_back({attribute.name, type, false});
  }
  return Type::Object(std::move(attributes));
}

bool MakeOneCollection(std::span<const Value> values) {
  std::vector<const Value*> pointers;
  pointers.reserve(values.size());
  for (const Value& value : values) pointers.push_back(&value);
  return ElementsAgree(Type::Dynamic(), pointers);
}

Conversion Convert(const Value& value, Type want) {
  if (value.type() == want || value.type() == want.WithoutOptional()) return {value, std::nullopt};
  if (!CanConvert(value.type(), want, false)) {
    return {Value(), ConversionError{{}, MismatchMessage(value.type(), want)}};
  }
  Converter converter;
  Value result = converter.Run(value, want, Place());
  if (converter.error) return {Value(), std::move(converter.error)};
  return {std::move(result), std::nullopt};
}

}  // namespace language::value
