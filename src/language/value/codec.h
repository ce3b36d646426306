// JSON and MessagePack encodings of values against a type constraint, as state, plans and plugins use them.
// Not jsonencode/jsondecode of the language's functions, though those are built on ImpliedType and the
// writer. Source of rules: go-cty 1.16 json and msgpack.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/core/result.h"
#include "base/json/reader.h"
#include "language/value/value.h"

namespace language::value {

// Appends compact JSON. The value must be unmarked, wholly known and conform to the constraint; infinities,
// unknowns and marks are errors. Dynamic parts are written as {"value":...,"type":...}.
base::core::Result<void> AppendJson(const Value& value, Type constraint, std::string* out,
                                    size_t max_size = SIZE_MAX);
// An error when the text would have more bytes than `max_size`.
base::core::Result<std::string> ToJson(const Value& value, Type constraint, size_t max_size = SIZE_MAX);
// What becomes of attributes that the type does not have.
enum class UnknownAttributes : uint8_t { kReject, kLeaveOut };
// Lenient as go-cty: numbers and bools from strings, missing attributes become null.
base::core::Result<Value> FromJson(base::json::Node node, Type constraint,
                                   UnknownAttributes unknown = UnknownAttributes::kReject);
base::core::Result<Value> FromJson(std::string_view text, Type constraint,
                                   UnknownAttributes unknown = UnknownAttributes::kReject);
// The type that JSON text implies: object, tuple, string, number, bool, dynamic for null.
Type ImpliedType(base::json::Node node);
// Value of the implied type.
base::core::Result<Value> FromImpliedJson(base::json::Node node);

base::core::Result<std::string> ToMessagePack(const Value& value, Type constraint);
// Limits: nesting 512, refinements payload 1024 bytes, lengths checked against the remaining input.
base::core::Result<Value> FromMessagePack(std::string_view bytes, Type constraint);

}  // namespace language::value
