// Attribute access and indexing of values: value.name and value[key], with the words of their errors.
// Knows no syntax. Used by the evaluator.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "language/value/value.h"

namespace language::eval {

struct AccessError {
  std::string summary;
  std::string detail;
};
struct AccessResult {
  value::Value value;
  std::optional<AccessError> error;
};

// Marks of the object are on the result.
AccessResult GetAttribute(const value::Value& object, std::string_view name);
// Marks of the collection and of the key are on the result. Converts the key.
AccessResult GetElement(const value::Value& collection, const value::Value& key);

}  // namespace language::eval
