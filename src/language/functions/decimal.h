// Numbers as Go's fmt verbs print them: %e, %f, %g with a precision, and integers in other bases.
// Not the language's own rendering (Number::ToString). Used by format.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "language/value/number.h"

namespace language::functions {

// verb: 'e', 'E', 'f', 'g' or 'G'. Without precision: the shortest digits that round-trip ('g'), else 6.
// No sign for positive numbers. At most kMaxFormatPrecision digits after the point.
std::string FormatFloat(const value::Number& number, char verb, std::optional<int> precision);

inline constexpr int kMaxFormatPrecision = 1000;

// Lower-case digits of an integer with '-' where negative. base: 2, 8, 10, 16. Nothing when it is fractional
// or infinite.
std::optional<std::string> FormatInteger(const value::Number& number, int base);

// The number of digits in a base of 2 to 62, without sign; letters have no case up to base 36, beyond it
// capitals follow the small ones. Nothing when a digit is wrong, when there is none, or over 10,000.
std::optional<value::Number> ParseInteger(std::string_view digits, int base);

}  // namespace language::functions
