#include "org/store/filter_sql.h"

#include <fmt/format.h>

#include "org/store/store_impl.h"

namespace org::store {
namespace {

constexpr std::string_view kCompare = "eq ne gt ge lt le pr";
constexpr std::string_view kText = "eq ne sw co gt ge lt le pr";
constexpr std::string_view kNoNe = "eq sw co gt ge lt le pr";

constexpr FilterAttribute kUserFilter[] = {
    {"id", AttributeKind::kExact, "id", "eq"},
    {"status", AttributeKind::kText, "status", "eq"},
    {"lastUpdated", AttributeKind::kTime, "last_updated", "eq gt ge lt le"},
    {"type.id", AttributeKind::kExact, "type_id", "eq"},
    {"profile.login", AttributeKind::kFolded, "login_key", "eq"},
    {"profile.email", AttributeKind::kFolded, "email_key", "eq"},
    {"profile.firstName", AttributeKind::kFolded, "first_name_key", "eq"},
    {"profile.lastName", AttributeKind::kFolded, "last_name_key", "eq"},
};
constexpr FilterAttribute kUserSearch[] = {
    {"id", AttributeKind::kExact, "id", "eq gt ge lt le pr"},
    {"status", AttributeKind::kText, "status", "eq sw gt ge lt le pr"},
    {"created", AttributeKind::kTime, "created", "eq gt ge lt le pr"},
    {"activated", AttributeKind::kTime, "activated", "eq gt ge lt le pr"},
    {"statusChanged", AttributeKind::kTime, "status_changed", "eq gt ge lt le pr"},
    {"lastUpdated", AttributeKind::kTime, "last_updated", "eq gt ge lt le pr"},
    {"lastLogin", AttributeKind::kTime, "last_login", "eq gt ge lt le pr"},
    {"passwordChanged", AttributeKind::kTime, "password_changed", "eq gt ge lt le pr"},
    {"type.id", AttributeKind::kExact, "type_id", "eq pr"},
    {"realmId", AttributeKind::kExact, "realm_id", "eq pr"},
    {"profile.login", AttributeKind::kFolded, "login_key", kNoNe},
    {"profile.email", AttributeKind::kFolded, "email_key", kNoNe},
    {"profile.firstName", AttributeKind::kFolded, "first_name_key", kNoNe},
    {"profile.lastName", AttributeKind::kFolded, "last_name_key", kNoNe},
    // `co` is for the four above only.
    {"profile", AttributeKind::kJson, "profile", "eq sw gt ge lt le pr"},
};
constexpr FilterAttribute kGroupFilter[] = {
    {"id", AttributeKind::kExact, "id", "eq"},
    {"type", AttributeKind::kText, "type", "eq"},
    {"lastUpdated", AttributeKind::kTime, "last_updated", "eq gt ge lt le"},
    {"lastMembershipUpdated", AttributeKind::kTime, "last_membership_updated", "eq gt ge lt le"},
};
constexpr FilterAttribute kGroupSearch[] = {
    {"id", AttributeKind::kExact, "id", "eq gt ge lt le pr"},
    {"type", AttributeKind::kText, "type", "eq sw gt ge lt le pr"},
    {"created", AttributeKind::kTime, "created", "eq gt ge lt le pr"},
    {"lastUpdated", AttributeKind::kTime, "last_updated", "eq gt ge lt le pr"},
    {"lastMembershipUpdated", AttributeKind::kTime, "last_membership_updated", "eq gt ge lt le pr"},
    {"profile.name", AttributeKind::kFolded, "name_key", kNoNe},
    {"profile.description", AttributeKind::kText, "json_extract(profile, '$.description')", kNoNe},
    {"profile", AttributeKind::kJson, "profile", "eq sw gt ge lt le pr"},
};
constexpr FilterAttribute kEvents[] = {
    {"published", AttributeKind::kTime, "published", kCompare},
    {"target", AttributeKind::kObjects, "json_extract(event, '$.target')", kText},
    {"eventType", AttributeKind::kJson, "event", kText},
    {"uuid", AttributeKind::kJson, "event", kText},
    {"severity", AttributeKind::kJson, "event", kText},
    {"displayMessage", AttributeKind::kJson, "event", kText},
    {"actor", AttributeKind::kJson, "event", kText},
    {"client", AttributeKind::kJson, "event", kText},
    {"outcome", AttributeKind::kJson, "event", kText},
    {"transaction", AttributeKind::kJson, "event", kText},
    {"debugContext", AttributeKind::kJson, "event", kText},
    {"securityContext", AttributeKind::kJson, "event", kText},
    {"authenticationContext", AttributeKind::kJson, "event", kText},
};

bool HasWord(std::string_view words, std::string_view word) {
  for (std::string_view known : base::core::SplitNonEmpty(words, ' '))
    if (known == word) return true;
  return false;
}

// Path segments go into the SQL text, so they are of letters that need no quoting. Gives "$.a.b"; empty if
// not.
std::string JsonPath(std::string_view dotted) {
  std::string path = "$";
  for (std::string_view segment : base::core::Split(dotted, '.')) {
    if (segment.empty()) return {};
    for (char c : segment)
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
        return {};
    path += fmt::format(".\"{}\"", segment);
  }
  return path;
}

const FilterAttribute* FindAttribute(std::string_view name, AttributeTable attributes) {
  for (const FilterAttribute& attribute : attributes)
    if (attribute.name == name) return &attribute;
  for (const FilterAttribute& attribute : attributes) {
    bool nests = attribute.kind == AttributeKind::kJson || attribute.kind == AttributeKind::kObjects;
    if (nests && name.size() > attribute.name.size() && name.starts_with(attribute.name) &&
        name[attribute.name.size()] == '.')
      return &attribute;
  }
  return nullptr;
}

// Where a kJson attribute's column holds its values: an event's from the root, a profile's below "profile.".
std::string PathOf(const FilterAttribute& attribute, std::string_view name) {
  if (attribute.sql == "event") return JsonPath(name);
  return name.size() > attribute.name.size() ? JsonPath(name.substr(attribute.name.size() + 1))
                                             : std::string();
}

class Compiler {
 public:
  explicit Compiler(AttributeTable attributes) : attributes_(attributes) {}

  bool Compile(const FilterNode& node) {
    switch (node.kind) {
      case FilterNode::Kind::kNot:
        condition_.sql += "(NOT ";
        if (!Compile(node.children[0])) return false;
        condition_.sql += ")";
        return true;
      case FilterNode::Kind::kAnd:
      case FilterNode::Kind::kOr:
        return Chain(node);
      case FilterNode::Kind::kCompare:
        return Compare(node);
    }
    return false;
  }

  Outcome<SqlCondition> Take() { return std::move(condition_); }
  const std::string& error() const { return error_; }

 private:
  bool Fail(std::string message) {
    error_ = std::move(message);
    return false;
  }

  bool Chain(const FilterNode& node) {
    if (node.kind == FilterNode::Kind::kOr && List(node)) return true;
    condition_.sql += "(";
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) condition_.sql += node.kind == FilterNode::Kind::kOr ? " OR " : " AND ";
      if (!Compile(node.children[i])) return false;
    }
    condition_.sql += ")";
    return true;
  }

  // id eq "a" or id eq "b" ... over an indexed column is one IN: clients fetch their objects so, by the
  // hundred.
  bool List(const FilterNode& node) {
    const FilterAttribute* attribute = FindAttribute(node.children[0].attribute, attributes_);
    if (!attribute || (attribute->kind != AttributeKind::kExact && attribute->kind != AttributeKind::kFolded))
      return false;
    for (const FilterNode& child : node.children)
      if (child.kind != FilterNode::Kind::kCompare || child.op != FilterOperator::kEqual ||
          child.attribute != node.children[0].attribute || !std::holds_alternative<std::string>(child.value))
        return false;
    condition_.sql += fmt::format("({} IN (", attribute->sql);
    for (size_t i = 0; i < node.children.size(); ++i) {
      const auto& text = std::get<std::string>(node.children[i].value);
      condition_.sql += i > 0 ? ", ?" : "?";
      condition_.values.emplace_back(attribute->kind == AttributeKind::kFolded ? Fold(text) : text);
    }
    condition_.sql += "))";
    return true;
  }

  bool Compare(const FilterNode& node) {
    const FilterAttribute* attribute = FindAttribute(node.attribute, attributes_);
    if (!attribute) return Fail(fmt::format("The attribute \"{}\" cannot be searched for.", node.attribute));
    std::string_view op = FilterOperatorName(node.op);
    if (!HasWord(attribute->operators, op))
      return Fail(fmt::format("The operator \"{}\" is not supported for \"{}\".", op, node.attribute));
    switch (attribute->kind) {
      case AttributeKind::kExact:
        return Leaf(node, std::string(attribute->sql), false);
      case AttributeKind::kFolded:
        return Leaf(node, std::string(attribute->sql), true);
      case AttributeKind::kText:
        return Leaf(node, fmt::format("fold({})", attribute->sql), true);
      case AttributeKind::kTime:
        return TimeLeaf(node, attribute->sql);
      case AttributeKind::kJson:
        return JsonLeaf(node, *attribute);
      case AttributeKind::kObjects:
        return ObjectsLeaf(node, *attribute);
    }
    return false;
  }

  // NULL would make a NOT around it false, too: every comparison is 0 or 1.
  bool Leaf(const FilterNode& node, const std::string& expression, bool fold) {
    if (node.op == FilterOperator::kPresent) {
      condition_.sql += fmt::format("(IFNULL({}, '') <> '')", expression);
      return true;
    }
    condition_.sql += "IFNULL(";
    if (!Operation(node, expression, fold)) return false;
    condition_.sql += ", 0)";
    return true;
  }

  bool Operation(const FilterNode& node, const std::string& expression, bool fold) {
    if (std::holds_alternative<std::monostate>(node.value)) {
      if (node.op != FilterOperator::kEqual && node.op != FilterOperator::kNotEqual)
        return Fail("null can only be compared by \"eq\".");
      condition_.sql +=
          fmt::format("({} IS {}NULL)", expression, node.op == FilterOperator::kEqual ? "" : "NOT ");
      return true;
    }
    bool textual = node.op == FilterOperator::kStartsWith || node.op == FilterOperator::kContains;
    if (textual && !std::holds_alternative<std::string>(node.value))
      return Fail(fmt::format("\"{}\" takes a text in double quotes.", FilterOperatorName(node.op)));
    if (textual) {
      condition_.sql += fmt::format("(instr({}, ?) {})", expression,
                                    node.op == FilterOperator::kStartsWith ? "= 1" : "> 0");
    } else {
      condition_.sql += fmt::format("({} {} ?)", expression, Symbol(node.op));
    }
    if (const auto* text = std::get_if<std::string>(&node.value))
      condition_.values.emplace_back(fold ? Fold(*text) : *text);
    else if (const auto* number = std::get_if<double>(&node.value))
      condition_.values.emplace_back(*number);
    else
      condition_.values.emplace_back(int64_t{std::get<bool>(node.value)});
    return true;
  }

  bool TimeLeaf(const FilterNode& node, std::string_view column) {
    if (node.op == FilterOperator::kPresent) {
      condition_.sql += fmt::format("({} IS NOT NULL)", column);
      return true;
    }
    const auto* text = std::get_if<std::string>(&node.value);
    auto time = text ? ParseTime(*text) : std::nullopt;
    if (!time) return Fail(fmt::format("\"{}\" takes a date in double quotes (ISO 8601).", node.attribute));
    condition_.sql += fmt::format("IFNULL(({} {} ?), 0)", column, Symbol(node.op));
    condition_.values.emplace_back(ToMillis(*time));
    return true;
  }

  bool JsonLeaf(const FilterNode& node, const FilterAttribute& attribute) {
    std::string path = PathOf(attribute, node.attribute);
    if (path.empty()) return Fail(fmt::format("\"{}\" is not the name of an attribute.", node.attribute));
    if (node.op == FilterOperator::kPresent) {
      condition_.sql += fmt::format("(IFNULL(json_type({}, '{}'), 'null') <> 'null')", attribute.sql, path);
      return true;
    }
    // json_each gives a scalar as one row and an array as many.
    bool text = std::holds_alternative<std::string>(node.value);
    condition_.sql +=
        fmt::format("EXISTS(SELECT 1 FROM json_each({}, '{}') WHERE IFNULL(", attribute.sql, path);
    if (!Operation(node, text ? "fold(value)" : "value", true)) return false;
    condition_.sql += ", 0))";
    return true;
  }

  bool ObjectsLeaf(const FilterNode& node, const FilterAttribute& attribute) {
    std::string path = PathOf(attribute, node.attribute);
    if (path.empty()) return Fail(fmt::format("\"{}\" is not the name of an attribute.", node.attribute));
    std::string member = fmt::format("json_extract(value, '{}')", path);
    if (std::holds_alternative<std::string>(node.value)) member = fmt::format("fold({})", member);
    condition_.sql += fmt::format("EXISTS(SELECT 1 FROM json_each({}) WHERE IFNULL(", attribute.sql);
    if (node.op == FilterOperator::kPresent) {
      condition_.sql += fmt::format("({} IS NOT NULL)", member);
    } else if (!Operation(node, member, true)) {
      return false;
    }
    condition_.sql += ", 0))";
    return true;
  }

  static std::string_view Symbol(FilterOperator op) {
    switch (op) {
      case FilterOperator::kNotEqual:
        return "<>";
      case FilterOperator::kGreater:
        return ">";
      case FilterOperator::kGreaterEqual:
        return ">=";
      case FilterOperator::kLess:
        return "<";
      case FilterOperator::kLessEqual:
        return "<=";
      default:
        return "=";
    }
  }

  const AttributeTable attributes_;
  SqlCondition condition_;
  std::string error_;
};

}  // namespace

void SqlCondition::BindTo(base::sql::Statement& statement) const {
  for (const auto& value : values) std::visit([&](const auto& bound) { statement.Bind(bound); }, value);
}

Outcome<SqlCondition> CompileFilter(std::string_view filter, AttributeTable attributes) {
  ASSIGN_OR_REFUSE(FilterNode node, ParseFilter(filter));
  Compiler compiler(attributes);
  if (!compiler.Compile(node)) return InvalidSearch(compiler.error());
  return compiler.Take();
}

Outcome<std::string> SortExpression(std::string_view name, AttributeTable attributes) {
  const FilterAttribute* attribute = FindAttribute(name, attributes);
  if (!attribute) return InvalidSearch(fmt::format("\"{}\" cannot be sorted by.", name));
  switch (attribute->kind) {
    case AttributeKind::kExact:
    case AttributeKind::kFolded:
      return std::string(attribute->sql);
    case AttributeKind::kTime:
      // As text of fixed width, so that one kind of cursor serves all.
      return fmt::format("printf('%020d', IFNULL({}, 0))", attribute->sql);
    case AttributeKind::kJson:
      if (std::string path = PathOf(*attribute, name); !path.empty())
        return fmt::format("IFNULL(fold(json_extract({}, '{}')), '')", attribute->sql, path);
      break;
    default:
      return fmt::format("IFNULL(fold({}), '')", attribute->sql);
  }
  return InvalidSearch(fmt::format("\"{}\" cannot be sorted by.", name));
}

AttributeTable UserFilterAttributes() { return kUserFilter; }
AttributeTable UserSearchAttributes() { return kUserSearch; }
AttributeTable GroupFilterAttributes() { return kGroupFilter; }
AttributeTable GroupSearchAttributes() { return kGroupSearch; }
AttributeTable EventAttributes() { return kEvents; }

}  // namespace org::store
