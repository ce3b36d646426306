#include "okta/resources/record.h"

namespace okta::resources {

Record::Record(const Value& object) : type_(object.type()) {
  CHECK(object.IsKnownNotNull() && type_.IsObject());
  auto elements = object.Elements();
  values_.assign(elements.begin(), elements.end());
}

Record Record::Nulls(Type type) {
  Record record;
  record.type_ = type;
  for (const auto& attribute : type.attributes()) record.values_.push_back(Value::Null(attribute.type));
  return record;
}

size_t Record::Index(std::string_view name) const {
  int index = type_.AttributeIndex(name);
  CHECK(index >= 0);
  return static_cast<size_t>(index);
}

const Value& Record::Get(std::string_view name) const { return values_[Index(name)]; }
void Record::Set(std::string_view name, Value value) { values_[Index(name)] = std::move(value); }
Type Record::TypeOf(std::string_view name) const { return type_.attributes()[Index(name)].type; }
Value Record::Finish() const { return Value::ObjectOf(type_, values_); }

std::string TextOf(const Value& value) {
  return value.IsKnownNotNull() && value.type().IsString() ? std::string(value.AsString()) : std::string();
}

bool IsSetText(const Value& value) { return value.IsKnownNotNull() && !value.AsString().empty(); }
bool IsTrue(const Value& value) { return value.IsKnownNotNull() && value.AsBool(); }

std::vector<std::string> TextsOf(const Value& value) {
  std::vector<std::string> texts;
  if (!value.IsKnownNotNull()) return texts;
  for (const Value& element : value.Elements()) {
    if (element.IsKnownNotNull()) texts.emplace_back(element.AsString());
  }
  return texts;
}

Value StringSet(const std::vector<std::string>& texts) {
  std::vector<Value> elements;
  elements.reserve(texts.size());
  for (const std::string& text : texts) elements.push_back(Value::String(text));
  return Value::Set(Type::String(), std::move(elements));
}

bool IsZero(const Value& value) {
  if (value.IsUnknown()) return false;
  if (value.IsNull()) return true;
  Type type = value.type();
  if (type.IsString()) return value.AsString().empty();
  if (type.IsBool()) return !value.AsBool();
  if (type.IsNumber()) return value.AsInt64() == 0;
  return type.IsCollection() && value.Length() == 0;
}

}  // namespace okta::resources
