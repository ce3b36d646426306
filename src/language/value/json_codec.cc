// JSON of values against a type constraint.
#include "base/core/strings.h"
#include "base/json/writer.h"
#include "base/text/unicode.h"
#include "language/value/codec.h"
#include "language/value/convert.h"
#include "language/value/node.h"
#include "language/value/place.h"

namespace language::value {

namespace {

using base::core::Error;
using base::core::Result;
using base::json::Node;

// Writes; the first failure stays, and ends the writing.
class JsonEncoder {
 public:
  JsonEncoder(std::string* out, size_t max_size) : out_(*out), max_size_(max_size) {}
  bool Write(const Value& value, Type constraint, const Place& place);
  std::optional<Error> error;

 private:
  bool Fail(const Place& place, std::string_view message) {
    error = PlaceError(place, message);
    return false;
  }
  bool WriteCompound(const Value& value, Type constraint, const Place& place);
  std::string& out_;
  const size_t max_size_;
};

bool JsonEncoder::Write(const Value& value, Type constraint, const Place& place) {
  if (value.marks() != kNoMarks) return Fail(place, "value has marks, so it cannot be serialized as JSON");
  if (out_.size() > max_size_) return Fail(place, "the text would be too long");
  Type type = value.type();
  if (constraint.IsDynamic() && !type.IsDynamic()) {
    out_ += "{\"value\":";
    if (!Write(value, type, place)) return false;
    out_ += ",\"type\":";
    out_ += type.ToJson();
    out_ += '}';
    return true;
  }
  if (value.IsUnknown()) return Fail(place, "value is not known");
  if (value.IsNull()) {
    out_ += "null";
    return true;
  }
  switch (type.kind()) {
    case Kind::kString:
      base::json::AppendString(value.AsString(), &out_);
      return true;
    case Kind::kBool:
      out_ += value.AsBool() ? "true" : "false";
      return true;
    case Kind::kNumber: {
      Number number = value.AsNumber();
      if (number.IsInfinite()) return Fail(place, "cannot serialize infinity as JSON");
      out_ += number.ToString();
      return true;
    }
    default:
      return WriteCompound(value, constraint, place);
  }
}

bool JsonEncoder::WriteCompound(const Value& value, Type constraint, const Place& place) {
  Type type = value.type();
  bool named = type.IsObject() || type.IsMap();
  std::span<const Value> elements = value.Elements();
  out_ += named ? '{' : '[';
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) out_ += ',';
    Place here{.parent = &place, .index = i};
    Type element = constraint.IsCollection() ? constraint.element() : Type();
    if (named) {
      here.is_attribute = type.IsObject();
      here.is_key = !here.is_attribute;
      here.name = value.KeyAt(i);
      base::json::AppendString(here.name, &out_);
      out_ += ':';
      if (type.IsObject()) element = constraint.attributes()[i].type;
    } else if (type.IsTuple()) {
      element = constraint.elements()[i];
    }
    if (!Write(elements[i], element, here)) return false;
  }
  out_ += named ? '}' : ']';
  return true;
}

class JsonDecoder {
 public:
  explicit JsonDecoder(UnknownAttributes unknown) : unknown_(unknown) {}
  Value Read(Node node, Type type, const Place& place);
  std::optional<Error> error;

 private:
  Value Fail(const Place& place, std::string_view message) {
    if (!error) error = PlaceError(place, message);
    return Value();
  }
  Value ReadNumber(std::string_view text, const Place& place);
  Value ReadBool(Node node, const Place& place);
  Value ReadString(Node node, const Place& place);
  Value ReadDynamic(Node node, const Place& place);
  Value ReadSequence(Node node, Type type, const Place& place);
  Value ReadMap(Node node, Type type, const Place& place);
  Value ReadTuple(Node node, Type type, const Place& place);
  Value ReadObject(Node node, Type type, const Place& place);
  bool Agree(Type element, std::span<Value* const> values, const Place& place);

  const UnknownAttributes unknown_;
};

Value StringOf(Node node) {
  if (std::optional<std::string_view> plain = node.PlainString()) return Value::String(*plain);
  return Value::String(node.AsString());
}

Value JsonDecoder::Read(Node node, Type type, const Place& place) {
  if (node.IsNull()) return Value::Null(type);
  switch (type.kind()) {
    case Kind::kString:
      return ReadString(node, place);
    case Kind::kNumber:
      if (node.IsNumber()) return ReadNumber(node.NumberText(), place);
      if (node.IsString()) return ReadNumber(node.AsString(), place);
      return Fail(place, "number is required");
    case Kind::kBool:
      return ReadBool(node, place);
    case Kind::kDynamic:
      return ReadDynamic(node, place);
    case Kind::kList:
    case Kind::kSet:
      return ReadSequence(node, type, place);
    case Kind::kMap:
      return ReadMap(node, type, place);
    case Kind::kTuple:
      return ReadTuple(node, type, place);
    case Kind::kObject:
      return ReadObject(node, type, place);
  }
  return Value();
}

Value JsonDecoder::ReadNumber(std::string_view text, const Place& place) {
  if (std::optional<Number> number = Number::Parse(text)) return Value::OfNumber(std::move(*number));
  return Fail(place, "a number is required");
}

Value JsonDecoder::ReadBool(Node node, const Place& place) {
  if (node.IsBool()) return Value::Bool(node.AsBool());
  if (!node.IsString()) return Fail(place, "bool is required");
  Conversion conversion = Convert(StringOf(node), Type::Bool());
  if (!conversion.ok()) return Fail(place, conversion.error->message);
  return std::move(conversion.value);
}

Value JsonDecoder::ReadString(Node node, const Place& place) {
  if (node.IsString()) return StringOf(node);
  if (node.IsNumber()) return Value::StringRaw(node.NumberText());
  if (node.IsBool()) return Value::StringRaw(node.AsBool() ? "true" : "false");
  return Fail(place, "string is required");
}

Value JsonDecoder::ReadDynamic(Node node, const Place& place) {
  if (!node.IsObject())
    return Fail(place, "dynamically-typed value must be an object with \"value\" and \"type\"");
  Node value, type;
  for (const base::json::Member& member : node.Members()) {
    if (member.key_node.StringEquals("value")) {
      value = member.value;
    } else if (member.key_node.StringEquals("type")) {
      type = member.value;
    } else {
      return Fail(place, "invalid key " + base::core::GoQuote(member.key()) + " in dynamically-typed value");
    }
  }
  if (!type) return Fail(place, "missing type in dynamically-typed value");
  if (!value) return Fail(place, "missing value in dynamically-typed value");
  std::optional<Type> decoded = Type::FromJson(type.raw());
  if (!decoded) return Fail(place, "failed to decode type for dynamic value");
  return Read(value, decoded->WithoutOptional(), place);
}

// Only elements of vague types can disagree.
bool JsonDecoder::Agree(Type element, std::span<Value* const> values, const Place& place) {
  if (error) return false;
  if (!element.HasDynamic() || ElementsAgree(element, values)) return true;
  Fail(place, "all elements must have the same type");
  return false;
}

Value JsonDecoder::ReadSequence(Node node, Type type, const Place& place) {
  if (!node.IsArray()) return Fail(place, type.IsList() ? "a list is required" : "a set is required");
  Type element = type.element();
  std::vector<Value> values;
  values.reserve(node.size());
  for (Node item : node.Elements()) {
    values.push_back(Read(item, element, {.parent = &place, .index = values.size()}));
    if (error) return Value();
  }
  std::vector<Value*> pointers;
  if (element.HasDynamic()) {
    for (Value& value : values) pointers.push_back(&value);
  }
  if (!Agree(element, pointers, place)) return Value();
  return type.IsList() ? Value::List(element, std::move(values)) : Value::Set(element, std::move(values));
}

Value JsonDecoder::ReadMap(Node node, Type type, const Place& place) {
  if (!node.IsObject()) return Fail(place, "a map is required");
  Type element = type.element();
  std::vector<std::pair<std::string, Value>> entries;
  entries.reserve(node.size());
  for (const base::json::Member& member : node.Members()) {
    std::string key = member.key();
    Value value = Read(member.value, element, {.parent = &place, .is_key = true, .name = key});
    if (error) return Value();
    entries.emplace_back(std::move(key), std::move(value));
  }
  std::vector<Value*> pointers;
  for (auto& [key, value] : entries) pointers.push_back(&value);
  if (!Agree(element, pointers, place)) return Value();
  return Value::Map(element, std::move(entries));
}

Value JsonDecoder::ReadTuple(Node node, Type type, const Place& place) {
  if (!node.IsArray()) return Fail(place, "a tuple is required");
  std::span<const Type> types = type.elements();
  if (node.size() != types.size()) {
    return Fail(place, fmt::format("{} tuple elements (need {})",
                                   node.size() > types.size() ? "too many" : "not enough", types.size()));
  }
  std::vector<Value> values;
  values.reserve(types.size());
  for (Node item : node.Elements()) {
    values.push_back(Read(item, types[values.size()], {.parent = &place, .index = values.size()}));
    if (error) return Value();
  }
  return Value::Tuple(std::move(values));
}

Value JsonDecoder::ReadObject(Node node, Type type, const Place& place) {
  if (!node.IsObject()) return Fail(place, "an object is required");
  std::span<const ObjectAttribute> attributes = type.attributes();
  std::vector<Value> values;
  values.reserve(attributes.size());
  for (const ObjectAttribute& attribute : attributes) values.push_back(Value::Null(attribute.type));
  size_t next = 0;  // writers sort their keys, so most come in the order of the attributes
  for (const base::json::Member& member : node.Members()) {
    size_t index = next;
    if (index >= attributes.size() || !member.key_node.StringEquals(attributes[index].name)) {
      std::string key = member.key();
      if (!base::text::IsAscii(key)) key = base::text::NormalizeNfc(key);
      int found = type.AttributeIndex(key);
      if (found < 0 && unknown_ == UnknownAttributes::kLeaveOut) continue;
      if (found < 0) return Fail(place, "unsupported attribute " + base::core::GoQuote(key));
      index = static_cast<size_t>(found);
    }
    const ObjectAttribute& attribute = attributes[index];
    values[index] =
        Read(member.value, attribute.type, {.parent = &place, .is_attribute = true, .name = attribute.name});
    if (error) return Value();
    next = index + 1;
  }
  return Value::ObjectOf(type, std::move(values));
}

}  // namespace

Result<void> AppendJson(const Value& value, Type constraint, std::string* out, size_t max_size) {
  if (value.HasMarksDeep()) return Error("value has marks, so it cannot be serialized as JSON");
  const Value* conforming = &value;
  Conversion conversion;
  if (!TypeConforms(value.type(), constraint)) {
    conversion = Convert(value, constraint);
    if (!conversion.ok()) return Error(conversion.error->message);
    conforming = &conversion.value;
  }
  JsonEncoder encoder(out, max_size);
  if (!encoder.Write(*conforming, constraint, Place())) return std::move(*encoder.error);
  return {};
}

Result<std::string> ToJson(const Value& value, Type constraint, size_t max_size) {
  std::string out;
  RETURN_IF_ERROR(AppendJson(value, constraint, &out, max_size));
  return out;
}

Result<Value> FromJson(Node node, Type constraint, UnknownAttributes unknown) {
  JsonDecoder decoder(unknown);
  Value value = decoder.Read(node, constraint.WithoutOptional(), Place());
  if (decoder.error) return std::move(*decoder.error);
  return value;
}

Result<Value> FromJson(std::string_view text, Type constraint, UnknownAttributes unknown) {
  ASSIGN_OR_RETURN(base::json::Document document, base::json::Document::Parse(text));
  return FromJson(document.root(), constraint, unknown);
}

}  // namespace language::value
