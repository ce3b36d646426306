// An object value under construction: starts as null, empty or a copy, and is set attribute by attribute.
// Not a value itself. Used throughout this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/schema/schema.h"
#include "language/value/value.h"

namespace okta::resources {

using language::value::Type;
using language::value::Value;

class Record {
 public:
  // A known object of this type.
  explicit Record(const Value& object);
  // Nothing set: null attributes, empty collections of blocks.
  static Record Empty(const language::schema::Block& block) { return Record(block.EmptyValue()); }
  static Record Nulls(Type type);

  const Value& Get(std::string_view name) const;
  void Set(std::string_view name, Value value);
  Type type() const { return type_; }
  Type TypeOf(std::string_view name) const;
  Value Finish() const;

 private:
  Record() = default;
  size_t Index(std::string_view name) const;
  Type type_;
  std::vector<Value> values_;
};

// "" for null and unknown.
std::string TextOf(const Value& value);
bool IsSetText(const Value& value);  // known, not null, not ""
bool IsTrue(const Value& value);
// Texts of a set or list of strings; nothing for null and unknown.
std::vector<std::string> TextsOf(const Value& value);
Value StringSet(const std::vector<std::string>& texts);
// Null, "", false, 0 or an empty collection: SDKv2 cannot tell these from unset.
bool IsZero(const Value& value);

}  // namespace okta::resources
