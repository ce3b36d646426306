#include <fmt/format.h>

#include <map>

#include "base/core/strings.h"
#include "language/eval/constant.h"
#include "language/eval/evaluate.h"
#include "language/hcl/parser.h"
#include "language/value/convert.h"

namespace language::eval {

using base::core::GoQuote;
using value::Type;
using value::Value;

// Defaults of an object's optional attributes, and of what lies inside its attributes, a tuple's elements
// ("0") or a collection's elements ("").
struct TypeDefaults {
  std::map<std::string, Value> values;
  std::map<std::string, std::shared_ptr<const TypeDefaults>> children;
  bool Empty() const { return values.empty() && children.empty(); }
};

namespace {

constexpr char kSummary[] = "Invalid type specification";

using DefaultsPtr = std::shared_ptr<TypeDefaults>;

class Parser {
 public:
  Parser(const hcl::File& file, base::diag::Diagnostics& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  struct Parsed {
    Type type;
    DefaultsPtr defaults;  // never null; may be empty
  };

  // Nothing after an error.
  std::optional<Parsed> Parse(const hcl::Expression& expression) {
    const std::string_view keyword = hcl::AsKeyword(expression);
    if (!keyword.empty()) return Keyword(keyword, expression.span);
    if (const hcl::CallExpression* call = hcl::AsCall(expression)) return Constructor(*call);
    return Fail(
        "A type specification is either a primitive type keyword (bool, number, string) or a complex type "
        "constructor call, like list(string).",
        expression.span);
  }

 private:
  std::nullopt_t Fail(std::string detail, hcl::Span span) {
    hcl::AddError(diagnostics_, kSummary, std::move(detail), file_, span);
    return std::nullopt;
  }

  static Parsed Simple(Type type) { return {type, std::make_shared<TypeDefaults>()}; }

  std::optional<Parsed> Keyword(std::string_view keyword, hcl::Span span) {
    if (keyword == "string") return Simple(Type::String());
    if (keyword == "number") return Simple(Type::Number());
    if (keyword == "bool") return Simple(Type::Bool());
    if (keyword == "any") return Simple(Type::Dynamic());
    if (keyword == "list" || keyword == "set" || keyword == "map") {
      return Fail(
          fmt::format("The {} type constructor requires one argument specifying the element type.", keyword),
          span);
    }
    if (keyword == "object") {
      return Fail(
          "The object type constructor requires one argument specifying the attribute types and values as a "
          "map.",
          span);
    }
    if (keyword == "tuple") {
      return Fail("The tuple type constructor requires one argument specifying the element types as a list.",
                  span);
    }
    if (keyword == "optional") return MisplacedOptional(span);
    return Fail(fmt::format("The keyword {} is not a valid type specification.", GoQuote(keyword)), span);
  }

  std::nullopt_t MisplacedOptional(hcl::Span span) {
    return Fail("Keyword \"optional\" is valid only as a modifier for object type attributes.", span);
  }

  std::optional<Parsed> Constructor(const hcl::CallExpression& call) {
    const std::string_view name = call.name;
    const hcl::Span arguments = Cover(call.open_span, call.close_span);
    if (name == "bool" || name == "string" || name == "number") {
      return Fail(fmt::format("Primitive type keyword {} does not expect arguments.", GoQuote(name)),
                  arguments);
    }
    if (name == "any") return Fail("Type constraint keyword \"any\" does not expect arguments.", arguments);
    if (name == "optional") return MisplacedOptional(call.name_span);
    const bool collection = name == "list" || name == "set" || name == "map";
    if (!collection && name != "object" && name != "tuple") {
      return Fail(fmt::format("Keyword {} is not a valid type constructor.", GoQuote(name)), call.span);
    }
    if (call.arguments.size() != 1) return WrongArgumentCount(call, arguments);
    const hcl::Expression& argument = *call.arguments[0];
    if (name == "object") return Object(argument);
    if (name == "tuple") return Tuple(argument);
    std::optional<Parsed> element = Parse(argument);
    if (!element) return std::nullopt;
    Parsed result = Simple(name == "list"  ? Type::List(element->type)
                           : name == "set" ? Type::Set(element->type)
                                           : Type::Map(element->type));
    if (!element->defaults->Empty()) result.defaults->children.emplace("", element->defaults);
    return result;
  }

  std::nullopt_t WrongArgumentCount(const hcl::CallExpression& call, hcl::Span arguments) {
    const hcl::Span span =
        call.arguments.size() > 1 ? Cover(call.arguments[1]->span, call.arguments.back()->span) : arguments;
    if (call.name == "object") {
      return Fail(
          "The object type constructor requires one argument specifying the attribute types and values as a "
          "map.",
          span);
    }
    if (call.name == "tuple") {
      return Fail("The tuple type constructor requires one argument specifying the element types as a list.",
                  span);
    }
    return Fail(
        fmt::format("The {} type constructor requires one argument specifying the element type.", call.name),
        span);
  }

  std::optional<Parsed> Tuple(const hcl::Expression& argument) {
    const hcl::TupleExpression* list = hcl::AsTuple(argument);
    if (!list) return Fail("Tuple type constructor requires a list of element types.", argument.span);
    Parsed result = Simple(Type());
    std::vector<Type> types;
    bool ok = true;
    for (size_t i = 0; i < list->elements.size(); ++i) {
      std::optional<Parsed> element = Parse(*list->elements[i]);
      ok = ok && element.has_value();
      if (!element) continue;
      types.push_back(element->type);
      if (!element->defaults->Empty())
        result.defaults->children.emplace(std::to_string(i), element->defaults);
    }
    if (!ok) return std::nullopt;
    result.type = Type::Tuple(std::move(types));
    return result;
  }

  std::optional<Parsed> Object(const hcl::Expression& argument) {
    const hcl::ObjectExpression* map = hcl::AsObject(argument);
    if (!map) {
      return Fail(
          "Object type constructor requires a map whose keys are attribute names and whose values are the "
          "corresponding attribute types.",
          argument.span);
    }
    Parsed result = Simple(Type());
    std::map<std::string, value::ObjectAttribute> attributes;
    bool ok = true;
    for (const hcl::ObjectItem& item : map->items) {
      std::optional<value::ObjectAttribute> attribute = ObjectAttribute(item, result.defaults.get());
      if (attribute && attributes.contains(attribute->name))
        attribute = Fail("Object constructor map keys must be unique.", item.key->span);
      ok = ok && attribute.has_value();
      if (attribute) attributes.insert_or_assign(attribute->name, *attribute);
    }
    if (!ok) return std::nullopt;
    std::vector<value::ObjectAttribute> list;
    for (auto& [name, attribute] : attributes) list.push_back(std::move(attribute));
    result.type = Type::Object(std::move(list));
    return result;
  }

  std::optional<value::ObjectAttribute> ObjectAttribute(const hcl::ObjectItem& item, TypeDefaults* defaults) {
    // In JSON a key can only be a string.
    std::optional<std::string> name;
    if (item.key_is_identifier)
      name = hcl::As<hcl::LiteralExpression>(*item.key).value.AsString();
    else if (file_.is_json())
      name = hcl::AsLiteralString(*item.key);
    if (!name) return Fail("Object constructor map keys must be attribute names.", item.key->span);
    name = std::string(Value::String(*name).AsString());

    const hcl::Expression* type_expression = item.value;
    const hcl::Expression* default_expression = nullptr;
    const hcl::CallExpression* call = hcl::AsCall(*item.value);
    const bool optional = call && call->name == "optional";
    if (optional) {
      if (call->arguments.empty()) {
        return Fail("Optional attribute modifier requires the attribute type as its argument.",
                    Cover(call->open_span, call->close_span));
      }
      if (call->arguments.size() > 2) {
        return Fail(
            "Optional attribute modifier expects at most two arguments: the attribute type, and a default "
            "value.",
            Cover(call->open_span, call->close_span));
      }
      type_expression = call->arguments[0];
      if (call->arguments.size() == 2) default_expression = call->arguments[1];
    }
    std::optional<Parsed> parsed = Parse(*type_expression);
    if (!parsed) return std::nullopt;
    if (!parsed->defaults->Empty()) defaults->children.insert_or_assign(*name, parsed->defaults);
    if (default_expression && !Default(*default_expression, *name, parsed->type, defaults))
      return std::nullopt;
    return value::ObjectAttribute{*name, parsed->type, optional};
  }

  bool Default(const hcl::Expression& expression, const std::string& name, Type type,
               TypeDefaults* defaults) {
    static const functions::Environment kNoEnvironment;
    const size_t before = diagnostics_.size();
    if (!CheckConstant(file_, expression, "The default of an optional attribute is a constant.",
                       diagnostics_)) {
      return false;
    }
    const Value given = Evaluate(file_, expression, LocalScope(nullptr, kNoEnvironment), diagnostics_);
    if (diagnostics_.size() > before) return false;
    value::Conversion converted = value::Convert(given, type);
    if (!converted.ok()) {
      hcl::AddError(diagnostics_, "Invalid default value for optional attribute",
                    "This default value is not compatible with the attribute's type constraint: " +
                        converted.error->message + ".",
                    file_, expression.span);
      return false;
    }
    defaults->values.insert_or_assign(name, std::move(converted.value));
    return true;
  }

  const hcl::File& file_;
  base::diag::Diagnostics& diagnostics_;
};

// Quoted types of old; nothing when the expression is none of them.
bool ReportLegacy(const hcl::File& file, const hcl::Expression& expression,
                  base::diag::Diagnostics& diagnostics) {
  // In JSON every type is quoted.
  if (expression.kind == hcl::ExpressionKind::kJsonText) return false;
  std::optional<std::string> quoted = hcl::AsLiteralString(expression);
  if (!quoted && expression.kind == hcl::ExpressionKind::kTemplate) {
    if (!CheckConstant(file, expression, "A type constraint is no text: remove the quotes.", diagnostics))
      return true;
    quoted.emplace();  // no type in any case
  }
  if (!quoted) return false;
  const bool list = *quoted == "list";
  if (*quoted != "string" && !list && *quoted != "map") {
    hcl::AddError(diagnostics, "Invalid legacy variable type hint",
                  "To provide a full type expression, remove the surrounding quotes and give the type "
                  "expression directly.",
                  file, expression.span);
    return true;
  }
  std::string hint;
  if (*quoted != "string") {
    hint =
        fmt::format(" and write {}(string) instead to explicitly indicate that the {} elements are strings",
                    *quoted, *quoted);
  }
  hcl::AddError(
      diagnostics, "Invalid quoted type constraints",
      fmt::format(
          "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is "
          "now deprecated and will be removed in a future version of Terraform. Remove the quotes around "
          "{}{}.",
          GoQuote(*quoted), hint),
      file, expression.span);
  return true;
}

Value Apply(const Value& value, Type type, const TypeDefaults& defaults);

Value ApplyToObject(const Value& value, Type type, const TypeDefaults& defaults) {
  std::vector<std::pair<std::string, Value>> attributes;
  for (size_t i = 0; i < value.Length(); ++i) {
    const std::string name(value.KeyAt(i));
    const int index = type.AttributeIndex(name);
    const auto child = defaults.children.find(name);
    const Value& part = value.ElementAt(i);
    attributes.emplace_back(name, index < 0 || child == defaults.children.end()
                                      ? part
                                      : Apply(part, type.attributes()[index].type, *child->second));
  }
  for (const auto& [name, default_value] : defaults.values) {
    const Value* given = value.Find(name);
    if (given && !given->IsNull()) continue;
    const auto child = defaults.children.find(name);
    const Type part = type.attributes()[type.AttributeIndex(name)].type;
    attributes.emplace_back(
        name, child == defaults.children.end() ? default_value : Apply(default_value, part, *child->second));
  }
  return Value::Object(std::move(attributes));
}

// Elements of a collection or a tuple, whose defaults are those of "" or of their index.
Value ApplyToElements(const Value& value, Type type, const TypeDefaults& defaults) {
  std::vector<Value> elements;
  bool alike = true;
  for (size_t i = 0; i < value.Length(); ++i) {
    const auto child = defaults.children.find(type.IsTuple() ? std::to_string(i) : "");
    const bool has = child != defaults.children.end() && (!type.IsTuple() || i < type.elements().size());
    const Value& part = value.ElementAt(i);
    elements.push_back(has ? Apply(part, type.IsTuple() ? type.elements()[i] : type.element(), *child->second)
                           : part);
    alike = alike && elements.back().type() == elements.front().type();
  }
  if (value.type().IsMap() || value.type().IsObject()) {
    std::vector<std::pair<std::string, Value>> entries;
    for (size_t i = 0; i < elements.size(); ++i) entries.emplace_back(value.KeyAt(i), std::move(elements[i]));
    return Value::Object(std::move(entries));
  }
  if (elements.empty()) return value;
  const Type element = elements[0].type();
  if (value.type().IsSet() && alike) return Value::Set(element, std::move(elements));
  if (value.type().IsList() && alike) return Value::List(element, std::move(elements));
  return Value::Tuple(std::move(elements));
}

Value Apply(const Value& given, Type type, const TypeDefaults& defaults) {
  if (given.IsNull() || given.IsUnknown()) return given;
  const value::Marks marks = given.marks();
  const Value value = given.Unmarked();
  const Type has = value.type();
  const bool mapping = has.IsObject() || has.IsMap();
  const bool sequence = has.IsTuple() || has.IsList() || has.IsSet();
  if (type.IsObject() && mapping) return ApplyToObject(value, type, defaults).WithMarks(marks);
  if (type.IsMap() && mapping) return ApplyToElements(value, type, defaults).WithMarks(marks);
  if ((type.IsTuple() || type.IsList() || type.IsSet()) && sequence) {
    return ApplyToElements(value, type, defaults).WithMarks(marks);
  }
  return given;
}

}  // namespace

std::optional<TypeConstraint> ParseTypeConstraint(const hcl::File& file, const hcl::Expression& expression,
                                                  base::diag::Diagnostics& diagnostics) {
  const std::string_view keyword = hcl::AsKeyword(expression);
  // Bare collection kinds are accepted at the top, as in configurations of old.
  if (keyword == "list") return TypeConstraint{Type::List(Type::Dynamic()), nullptr};
  if (keyword == "map") return TypeConstraint{Type::Map(Type::Dynamic()), nullptr};
  if (keyword.empty() && ReportLegacy(file, expression, diagnostics)) return std::nullopt;
  std::optional<Parser::Parsed> parsed = Parser(file, diagnostics).Parse(expression);
  if (!parsed) return std::nullopt;
  TypeConstraint constraint;
  constraint.type = parsed->type;
  if (!parsed->defaults->Empty()) constraint.defaults = parsed->defaults;
  return constraint;
}

Value ApplyDefaults(const Value& value, const TypeConstraint& constraint) {
  if (!constraint.defaults) return value;
  return Apply(value, constraint.type, *constraint.defaults);
}

}  // namespace language::eval
