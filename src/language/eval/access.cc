#include "language/eval/access.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/text/suggest.h"
#include "language/value/convert.h"

namespace language::eval {
namespace {

using base::core::GoQuote;
using value::Type;
using value::Value;

AccessResult Fail(std::string summary, std::string detail) {
  return {Value::DynamicUnknown(), AccessError{std::move(summary), std::move(detail)}};
}

AccessResult NoAttribute(std::string detail) { return Fail("Unsupported attribute", std::move(detail)); }

AccessResult InvalidIndex(std::string_view why) {
  return Fail("Invalid index",
              fmt::format("The given key does not identify an element in this collection value{}{}.",
                          why.empty() ? "" : ": ", why));
}

// Names of three letters and less are all near each other.
std::string Hint(Type object, std::string_view name) {
  constexpr size_t kShortestName = 4;
  if (name.size() < kShortestName) return "";
  std::vector<std::string_view> names;
  for (const value::ObjectAttribute& attribute : object.attributes()) {
    if (attribute.name.size() >= kShortestName) names.push_back(attribute.name);
  }
  const std::string suggestion = base::text::Suggest(name, names);
  return suggestion.empty() ? "" : fmt::format(" Did you mean {}?", GoQuote(suggestion));
}

AccessResult MissingAttribute(Type type, std::string_view name) {
  if (type.IsCollection() && type.element().IsObject() && !type.IsMap()) {
    const bool known = type.element().AttributeIndex(name) >= 0;
    const std::string attribute = known ? "attribute " + GoQuote(name) : "an attribute";
    if (type.IsSet()) {
      return NoAttribute(
          "Can't access attributes on a set of objects. Did you mean to access an attribute across all "
          "elements of the set?");
    }
    return NoAttribute(
        fmt::format("Can't access attributes on a list of objects. Did you mean to access {} for a "
                    "specific element of the list, or across all elements of the list?",
                    attribute));
  }
  if (type.IsPrimitive()) {
    return NoAttribute(
        fmt::format("Can't access attributes on a primitive-typed value ({}).", type.FriendlyName()));
  }
  return NoAttribute("This value does not have any attributes.");
}

// Why a number is no index of a sequence of that length.
AccessResult OutOfBounds(const value::Number& index, size_t length, bool length_is_public) {
  if (!index.IsInteger()) {
    return InvalidIndex(
        "indexing a sequence requires a whole number, but the given index has a fractional part");
  }
  if (index.Sign() < 0) return InvalidIndex("a negative number is not a valid index for a sequence");
  if (length_is_public && length == 0 && index.Sign() == 0)
    return InvalidIndex("the collection has no elements");
  const value::Number bound(static_cast<int64_t>(length));
  if (length_is_public && value::Number::Compare(index, bound) == 0) {
    return InvalidIndex("the given index is greater than or equal to the length of the collection");
  }
  return InvalidIndex("");
}

AccessResult SequenceElement(const Value& sequence, const Value& key, value::Marks marks) {
  const Type type = sequence.type();
  if (key.IsUnknown()) {
    return {(type.IsTuple() ? Value::DynamicUnknown() : Value::Unknown(type.element())).WithMarks(marks), {}};
  }
  const value::Number number = key.AsNumber();
  const std::optional<int64_t> index = number.AsInt64();
  if (sequence.IsUnknown() && type.IsList()) return {Value::Unknown(type.element()).WithMarks(marks), {}};
  const size_t length = sequence.IsUnknown() ? type.elements().size() : sequence.Length();
  if (!index || *index < 0 || static_cast<size_t>(*index) >= length) {
    return OutOfBounds(number, length, sequence.marks() == value::kNoMarks);
  }
  if (sequence.IsUnknown()) return {Value::Unknown(type.elements()[*index]).WithMarks(marks), {}};
  return {sequence.ElementAt(*index).WithMarks(marks), {}};
}

AccessResult MapElement(const Value& map, const Value& key, value::Marks marks) {
  if (map.IsUnknown() || key.IsUnknown()) return {Value::Unknown(map.type().element()).WithMarks(marks), {}};
  const Value* element = map.Find(key.AsString());
  if (!element) return InvalidIndex("");
  return {element->WithMarks(marks), {}};
}

AccessResult ObjectElement(const Value& object, const Value& key, bool by_number, value::Marks marks) {
  if (object.IsUnknown() || key.IsUnknown()) return {Value::DynamicUnknown().WithMarks(marks), {}};
  if (const Value* element = object.Find(key.AsString())) return {element->WithMarks(marks), {}};
  AccessResult result = InvalidIndex("");
  if (by_number) {
    result.error->detail += " An object only supports looking up attributes by name, not by numeric index.";
  }
  return result;
}

}  // namespace

AccessResult GetAttribute(const Value& object, std::string_view name) {
  const Type type = object.type();
  if (object.IsNull()) {
    return Fail("Attempt to get attribute from null value",
                "This value is null, so it does not have any attributes.");
  }
  if (type.IsDynamic()) return {Value::DynamicUnknown().WithMarks(object.marks()), {}};
  if (type.IsObject()) {
    const int index = type.AttributeIndex(name);
    if (index < 0) {
      return NoAttribute(
          fmt::format("This object does not have an attribute named {}.{}", GoQuote(name), Hint(type, name)));
    }
    if (object.IsUnknown()) {
      return {Value::Unknown(type.attributes()[index].type).WithMarks(object.marks()), {}};
    }
    return {object.ElementAt(index).WithMarks(object.marks()), {}};
  }
  if (type.IsMap()) {
    if (object.IsUnknown()) return {Value::Unknown(type.element()).WithMarks(object.marks()), {}};
    if (const Value* element = object.Find(name)) return {element->WithMarks(object.marks()), {}};
    return Fail("Missing map element",
                fmt::format("This map does not have an element with the key {}.", GoQuote(name)));
  }
  return MissingAttribute(type, name);
}

AccessResult GetElement(const Value& collection, const Value& key) {
  const Type type = collection.type();
  if (collection.IsNull()) {
    return Fail("Attempt to index null value", "This value is null, so it does not have any indices.");
  }
  if (key.IsNull()) return Fail("Invalid index", "Can't use a null value as an indexing key.");
  const value::Marks marks = collection.marks() | key.marks();
  if (type.IsDynamic()) return {Value::DynamicUnknown().WithMarks(marks), {}};
  // Marks of a key of which nothing is known do not reach the result, as in the reference.
  if (key.type().IsDynamic()) return {Value::DynamicUnknown().WithMarks(collection.marks()), {}};
  if (type.IsSet()) {
    return Fail(
        "Invalid index",
        "Elements of a set are identified only by their value and don't have any separate index or key to "
        "select with, so it's only possible to perform operations across all elements of the set.");
  }
  const bool sequence = type.IsList() || type.IsTuple();
  if (!sequence && !type.IsMap() && !type.IsObject()) {
    return Fail("Invalid index", "This value does not have any indices.");
  }
  const value::Conversion converted =
      value::Convert(key.Unmarked(), sequence ? Type::Number() : Type::String());
  if (!converted.ok()) return InvalidIndex(converted.error->message);
  if (sequence) return SequenceElement(collection, converted.value, marks);
  if (type.IsMap()) return MapElement(collection, converted.value, marks);
  // The name of an attribute is not part of its value, so that the key's marks end here.
  return ObjectElement(collection, converted.value, key.type().IsNumber(), collection.marks());
}

}  // namespace language::eval
