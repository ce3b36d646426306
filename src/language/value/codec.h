// JSON and MessagePack encodings of values against a type constraint, as state, plans and plugins use them.
// Not jsonencode/jsondecode of the language's functions, though those are built on ImpliedType and the
// writer. Source of rules: go-cty 1.16 json and msgpack.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"
#include "base/json/reader.h"
#include "language/value/value.h"

namespace language::value {

// Appends compact JSON. The value must be unmarked, wholly known and conform to the constraint; infinities,
// unknowns and marks are errors. Dynamic parts are written as {"value":...,"type":...}.
base::core::Result<void> AppendJson(const Value& value, Type constraint, std::string* out);
base::core::Result<std::string> ToJson(const Value& value, Type constraint);
// Lenient as go-cty: numbers and bools from strings, missing attributes become null, unknown attributes are
// errors.
base::core::Result<Value> FromJson(base::json::Node node, Type constraint);
base::core::Result<Value> FromJson(std::string_view text, Type constraint);
// The type that JSON text implies: object, tuple, string, number, bool, dynamic for null.
Type ImpliedType(base::json::Node node);
// Value of the implied type.
base::core::Result<Value> FromImpliedJson(base::json::Node node);

base::core::Result<std::string> ToMessagePack(const Value& value, Type constraint);
// Limits: nesting 512, refinements payload 1024 bytes, lengths checked against the remaining input.
base::core::Result<Value> FromMessagePack(std::string_view bytes, Type constraint);

}  // namespace language::value
