// Writes values as expressions of the language, unformatted: Format (format.h) brings them into shape.
// Not what the console prints (language/eval/render.h). Used by generated configuration and provider
// functions.
#pragma once

#include <string>
#include <string_view>

#include "language/value/value.h"

namespace language::hcl {

using WriteTextFunction = void (*)(std::string_view text, std::string& out);

// Appends the value; what is unknown is written as null. Objects and maps take a line for each attribute.
// `write_text` may write texts as something else than quoted literals. Recursion follows the value's nesting.
void WriteValue(const value::Value& value, std::string& out, WriteTextFunction write_text = nullptr);

}  // namespace language::hcl
