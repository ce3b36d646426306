// Looking at parts of values that may be null or unknown as a whole, as the rules of changes do.
// Not for use outside this room. Called by proposed.cc, plan_valid.cc and compatible.cc.
#pragma once

#include "language/schema/schema.h"

namespace language::schema {

// The attribute of an object: null of a null object, unknown of an unknown one.
value::Value PartOf(const value::Value& object, std::string_view name, value::Type type);

// Whether the value (list, tuple, map or object) is known and has an element of that key.
bool HasElement(const value::Value& value, const value::Value& key);
// The element; unknown where the whole is. HasElement, or the value is unknown.
value::Value ElementOf(const value::Value& value, const value::Value& key, value::Type type);
// Keys of a known collection or structure in order: numbers or strings.
value::Value KeyOf(const value::Value& value, size_t index);

// Equal in all but what is known of unknowns.
bool EqualUnrefined(const value::Value& a, const value::Value& b);

}  // namespace language::schema
