#include "language/schema/parts.h"

namespace language::schema {

using value::Type;
using value::Value;

Value PartOf(const Value& object, std::string_view name, Type type) {
  if (object.IsUnknown()) return Value::Unknown(type);
  if (object.IsNull()) return Value::Null(type);
  const Value* part = object.Find(name);
  return part == nullptr ? Value::Null(type) : *part;
}

namespace {

const Value* FindElement(const Value& value, const Value& key) {
  if (!value.IsKnownNotNull() || !key.IsKnownNotNull()) return nullptr;
  Type type = value.type();
  if (type.IsMap() || type.IsObject()) return key.type().IsString() ? value.Find(key.AsString()) : nullptr;
  if (!type.IsList() && !type.IsTuple()) return nullptr;
  std::optional<int64_t> index = key.type().IsNumber() ? key.AsInt64() : std::nullopt;
  if (!index || *index < 0 || static_cast<size_t>(*index) >= value.Length()) return nullptr;
  return &value.ElementAt(static_cast<size_t>(*index));
}

Value Unrefined(const Value& value) {
  return value.Transform([](const value::Path&, const Value& part) {
    return part.IsUnknown() ? Value::Unknown(part.type()).WithMarks(part.marks()) : part;
  });
}

}  // namespace

bool HasElement(const Value& value, const Value& key) { return FindElement(value, key) != nullptr; }

Value ElementOf(const Value& value, const Value& key, Type type) {
  if (const Value* element = FindElement(value, key)) return *element;
  return value.IsUnknown() ? Value::Unknown(type) : Value::Null(type);
}

Value KeyOf(const Value& value, size_t index) {
  if (value.type().IsMap() || value.type().IsObject()) return Value::StringRaw(value.KeyAt(index));
  return Value::Int(static_cast<int64_t>(index));
}

bool EqualUnrefined(const Value& a, const Value& b) {
  if (a.RawEquals(b)) return true;
  if (a.IsWhollyKnown() || b.IsWhollyKnown()) return false;
  return Unrefined(a).RawEquals(Unrefined(b));
}

}  // namespace language::schema
