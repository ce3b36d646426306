// The order of sets: the bytes by which elements that have no natural order are sorted, and how elements
// compare. Not the equality of values (equality.cc). Source of rules: go-cty's set internals. Called by the
// construction of sets and by tests.
#pragma once

#include <string>

#include "language/value/value.h"

namespace language::value {

// Unknown "?", null "~", numbers with ten significant digits, T and F, strings as Go quotes them, [a;b;] for
// lists and sets, {"k":v;} for maps, <a;b;> for objects and tuples. Marks do not matter.
void AppendSetHashBytes(const Value& value, std::string* out);
std::string SetHashBytes(const Value& value);

}  // namespace language::value
