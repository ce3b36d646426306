// Turns a filter's tree into a condition of SQL, over a table of the attributes that a list knows.
// Values are always bound, never pasted. Not for other rooms.
// Called by the lists of users, groups, apps and events.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/sql/sql.h"
#include "org/store/filter.h"
#include "org/store/outcome.h"

namespace org::store {

enum class AttributeKind {
  kExact,    // a column of text, compared as it is: ids
  kFolded,   // an expression that is folded already: login_key
  kText,     // an expression to fold
  kTime,     // a column of milliseconds
  kJson,     // `sql` is the JSON column; every name "<name>.<rest>" is a path into it; arrays match by any
             // element
  kObjects,  // `sql` gives an array of objects; "<name>.<member>" matches by any of them
};

struct FilterAttribute {
  std::string_view name;  // "profile" with kJson stands for all of "profile.*"
  AttributeKind kind;
  std::string_view sql;
  std::string_view operators;  // "eq gt ge lt le"; empty: all that make sense for the kind
};

using AttributeTable = std::span<const FilterAttribute>;

struct SqlCondition {
  std::string sql;  // in parentheses; empty: no condition
  std::vector<std::variant<std::string, double, int64_t>> values;
  void BindTo(base::sql::Statement& statement) const;
};

// Refused with E0000031: an unknown attribute, an operator that it has not, a value of the wrong kind.
Outcome<SqlCondition> CompileFilter(std::string_view filter, AttributeTable attributes);

// The SQL expression to sort by, or a refusal for unknown attributes.
Outcome<std::string> SortExpression(std::string_view attribute, AttributeTable attributes);

AttributeTable UserFilterAttributes();  // filter=
AttributeTable UserSearchAttributes();  // search=
AttributeTable GroupFilterAttributes();
AttributeTable GroupSearchAttributes();
AttributeTable EventAttributes();

}  // namespace org::store
