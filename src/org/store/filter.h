// The expressions of `search=` and `filter=`: the SCIM subset that Okta reads, as a tree.
// Not its evaluation (filter_sql.h). Called by the lists of users, groups and events, and by a fuzz target.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "org/store/outcome.h"

namespace org::store {

enum class FilterOperator {
  kEqual,
  kNotEqual,
  kStartsWith,
  kContains,
  kGreater,
  kGreaterEqual,
  kLess,
  kLessEqual,
  kPresent
};

// "eq", "ne", "sw", "co", "gt", "ge", "lt", "le", "pr"
std::string_view FilterOperatorName(FilterOperator op);

// null, a text, a number, a truth.
using FilterValue = std::variant<std::monostate, std::string, double, bool>;

struct FilterNode {
  enum class Kind { kAnd, kOr, kNot, kCompare };
  Kind kind = Kind::kCompare;
  std::vector<FilterNode> children;  // kAnd, kOr: two and more, flattened; kNot: one
  std::string attribute;             // kCompare: "profile.firstName"
  FilterOperator op = FilterOperator::kEqual;
  FilterValue value;
};

inline constexpr size_t kFilterLengthLimit = 32 << 10;  // bytes
inline constexpr int kFilterDepthLimit = 32;            // parentheses and nots
inline constexpr size_t kFilterCompareLimit = 600;      // comparisons

// Operators and keywords without regard to case; `and` binds closer than `or`. Texts stand in double quotes
// with JSON's escapes. Refused with E0000031; the cause names the place (from 1).
Outcome<FilterNode> ParseFilter(std::string_view text);

}  // namespace org::store
