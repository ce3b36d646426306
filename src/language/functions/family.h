// Building blocks of the families of functions: short forms for table rows, errors and results.
// Not a public header. Included by the files of this room.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/strings.h"
#include "language/functions/functions.h"
#include "language/value/convert.h"

namespace language::functions {

using value::Number;
using value::Type;
using value::Value;

using Table = std::vector<Function>;

// One per file; merged by table.cc.
Table StringFunctions();
Table FormatFunctions();
Table RegexFunctions();
Table ListFunctions();
Table ListBuildingFunctions();
Table MapFunctions();
Table SetFunctions();
Table ChoiceFunctions();
Table NumberFunctions();
Table EncodingFunctions();
Table JsonFunctions();
Table YamlFunctions();
Table CsvFunctions();
Table CryptoFunctions();
Table NetworkFunctions();
Table DatetimeFunctions();
Table FilesystemFunctions();
Table ConversionFunctions();
Table SpecialFunctions();

template <typename... Args>
CallError Fail(fmt::format_string<Args...> format, Args&&... args) {
  return CallError{fmt::format(format, std::forward<Args>(args)...), -1};
}
// The argument (0-based) is to blame.
template <typename... Args>
CallError FailArgument(int argument, fmt::format_string<Args...> format, Args&&... args) {
  return CallError{fmt::format(format, std::forward<Args>(args)...), argument};
}

// For texts that would grow beyond value::kMaxTextSize, and collections beyond value::kMaxWeight: functions
// that give much more than they are given ask before they build.
inline CallError TooLong() {
  return Fail("the result would be longer than {} MiB", value::kMaxTextSize >> 20);
}
inline CallError TooManyParts() {
  return Fail("the result would have more than {} parts", value::kMaxWeight);
}

inline std::string Quoted(std::string_view text) { return base::core::GoQuote(text); }

// An int argument that came as a number; nothing when it is fractional or out of range.
std::optional<int64_t> WholeNumber(const Value& value);

inline constexpr std::string_view kNotWhole =
    "value must be a whole number, between -9223372036854775808 and 9223372036854775807";

// "list", "set" and "tuple" alike.
inline bool IsSequence(Type type) { return type.IsList() || type.IsSet() || type.IsTuple(); }

// The type that all elements of a tuple convert to, or why there is none.
std::optional<Type> UnifyElements(std::span<const Type> types);

// Converts each value; the caller knows that a conversion exists. Where the type has open parts the results
// may still differ in those: then ask value::MakeOneCollection first.
std::vector<Value> ConvertAll(std::span<const Value> values, Type type);

// Parameters that take anything, as `coalesce` and `merge` do.
inline constexpr uint8_t kAllowEverything = kAllowNull | kAllowUnknown | kAllowDynamic | kAllowMarked;

}  // namespace language::functions
