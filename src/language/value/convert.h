// Conversion of values to types, and unification of several types to one.
// Not the coercion of blocks to schemas (language/schema). Source of rules: go-cty 1.16 convert.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "language/value/value.h"

namespace language::value {

struct ConversionError {
  Path path;            // where inside the value
  std::string message;  // "a number is required"
};

struct Conversion {
  Value value;
  std::optional<ConversionError> error;
  bool ok() const { return !error.has_value(); }
};

// Whether these can be the elements of one list, set or map: all of one type, but for nulls and unknowns
// whose type is open in parts.
bool MakeOneCollection(std::span<const Value> values);

// Converts, also by conversions that may fail ("unsafe"). Optional attributes absent become null; the result
// type carries no optional flags. `want` may hold dynamic parts. Marks are kept.
Conversion Convert(const Value& value, Type want);

// Whether some conversion exists (safe: one that cannot fail on a value).
bool CanConvert(Type from, Type to, bool safe);

// The mismatch between a type and a wanted type in words: "attribute \"x\" is required".
std::string MismatchMessage(Type got, Type want);

// The one type to which all convert; nothing when there is none. unsafe: as conditionals in HCL unify.
std::optional<Type> Unify(std::span<const Type> types, bool unsafe = false);

}  // namespace language::value
