// The texts of types: names for people, constraint syntax, and the JSON of schemas and dynamic values.
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "base/text/unicode.h"
#include "language/value/type.h"

namespace language::value {

namespace {

constexpr int kMaxTypeDepth = 500;

std::string_view CollectionName(Kind kind) {
  switch (kind) {
    case Kind::kList:
      return "list";
    case Kind::kSet:
      return "set";
    default:
      return "map";
  }
}

std::string FriendlyName(Type type, bool constraint) {
  switch (type.kind()) {
    case Kind::kDynamic:
      return constraint ? "any type" : "dynamic";
    case Kind::kString:
      return "string";
    case Kind::kNumber:
      return "number";
    case Kind::kBool:
      return "bool";
    case Kind::kObject:
      return "object";
    case Kind::kTuple:
      return "tuple";
    default:
      break;
  }
  std::string name(CollectionName(type.kind()));
  name += " of ";
  name +=
      constraint && type.element().IsDynamic() ? "any single type" : FriendlyName(type.element(), constraint);
  return name;
}

void AppendConstraint(Type type, std::string* out) {
  switch (type.kind()) {
    case Kind::kDynamic:
      *out += "any";
      return;
    case Kind::kString:
    case Kind::kNumber:
    case Kind::kBool:
      *out += FriendlyName(type, false);
      return;
    case Kind::kList:
    case Kind::kSet:
    case Kind::kMap:
      *out += CollectionName(type.kind());
      *out += '(';
      AppendConstraint(type.element(), out);
      *out += ')';
      return;
    case Kind::kTuple: {
      *out += "tuple([";
      bool first = true;
      for (Type element : type.elements()) {
        if (!std::exchange(first, false)) *out += ", ";
        AppendConstraint(element, out);
      }
      *out += "])";
      return;
    }
    case Kind::kObject: {
      if (type.attributes().empty()) {
        *out += "object({})";
        return;
      }
      *out += "object({ ";
      bool first = true;
      for (const ObjectAttribute& attribute : type.attributes()) {
        if (!std::exchange(first, false)) *out += ", ";
        if (base::text::IsIdentifier(attribute.name)) {
          *out += attribute.name;
        } else {
          base::json::AppendString(attribute.name, out, false);
        }
        *out += " = ";
        if (attribute.optional) *out += "optional(";
        AppendConstraint(attribute.type, out);
        if (attribute.optional) *out += ')';
      }
      *out += " })";
    }
  }
}

void AppendTypeJson(Type type, std::string* out) {
  switch (type.kind()) {
    case Kind::kDynamic:
    case Kind::kString:
    case Kind::kNumber:
    case Kind::kBool:
      *out += '"';
      *out += FriendlyName(type, false);
      *out += '"';
      return;
    case Kind::kList:
    case Kind::kSet:
    case Kind::kMap:
      *out += "[\"";
      *out += CollectionName(type.kind());
      *out += "\",";
      AppendTypeJson(type.element(), out);
      *out += ']';
      return;
    case Kind::kTuple: {
      *out += "[\"tuple\",[";
      bool first = true;
      for (Type element : type.elements()) {
        if (!std::exchange(first, false)) *out += ',';
        AppendTypeJson(element, out);
      }
      *out += "]]";
      return;
    }
    case Kind::kObject: {
      *out += "[\"object\",{";
      bool first = true;
      for (const ObjectAttribute& attribute : type.attributes()) {
        if (!std::exchange(first, false)) *out += ',';
        base::json::AppendString(attribute.name, out);
        *out += ':';
        AppendTypeJson(attribute.type, out);
      }
      *out += '}';
      bool any = false;
      for (const ObjectAttribute& attribute : type.attributes()) {
        if (!attribute.optional) continue;
        *out += std::exchange(any, true) ? "," : ",[";
        base::json::AppendString(attribute.name, out);
      }
      *out += any ? "]]" : "]";
    }
  }
}

std::optional<Type> TypeOf(base::json::Node node, int depth);

std::optional<Type> ObjectOf(base::json::Node attributes_node, base::json::Node optional_node, int depth) {
  if (!attributes_node.IsObject()) return std::nullopt;
  std::vector<ObjectAttribute> attributes;
  for (const base::json::Member& member : attributes_node.Members()) {
    std::optional<Type> type = TypeOf(member.value, depth + 1);
    if (!type) return std::nullopt;
    attributes.push_back({base::text::NormalizeNfc(member.key()), *type, false});
  }
  std::ranges::stable_sort(attributes, {}, &ObjectAttribute::name);
  auto same = [](const ObjectAttribute& a, const ObjectAttribute& b) { return a.name == b.name; };
  if (std::ranges::adjacent_find(attributes, same) != attributes.end()) return std::nullopt;
  if (optional_node) {
    if (!optional_node.IsArray()) return std::nullopt;
    for (base::json::Node name : optional_node.Elements()) {
      if (!name.IsString()) return std::nullopt;
      auto found = std::ranges::lower_bound(attributes, base::text::NormalizeNfc(name.AsString()), {},
                                            &ObjectAttribute::name);
      if (found == attributes.end() || found->name != base::text::NormalizeNfc(name.AsString()))
        return std::nullopt;
      found->optional = true;
    }
  }
  return Type::Object(std::move(attributes));
}

std::optional<Type> TypeOf(base::json::Node node, int depth) {
  if (depth > kMaxTypeDepth) return std::nullopt;
  if (node.IsString()) {
    if (node.StringEquals("string")) return Type::String();
    if (node.StringEquals("number")) return Type::Number();
    if (node.StringEquals("bool")) return Type::Bool();
    if (node.StringEquals("dynamic")) return Type::Dynamic();
    return std::nullopt;
  }
  if (!node.IsArray() || node.size() < 2 || node.size() > 3) return std::nullopt;
  auto part = node.Elements().begin();
  base::json::Node name = *part++;
  base::json::Node argument = *part++;
  base::json::Node third = node.size() == 3 ? *part : base::json::Node();
  if (!name.IsString()) return std::nullopt;
  if (name.StringEquals("object")) return ObjectOf(argument, third, depth);
  if (third) return std::nullopt;
  if (name.StringEquals("tuple")) {
    if (!argument.IsArray()) return std::nullopt;
    std::vector<Type> elements;
    for (base::json::Node item : argument.Elements()) {
      std::optional<Type> element = TypeOf(item, depth + 1);
      if (!element) return std::nullopt;
      elements.push_back(*element);
    }
    return Type::Tuple(std::move(elements));
  }
  std::optional<Type> element = TypeOf(argument, depth + 1);
  if (!element) return std::nullopt;
  if (name.StringEquals("list")) return Type::List(*element);
  if (name.StringEquals("set")) return Type::Set(*element);
  if (name.StringEquals("map")) return Type::Map(*element);
  return std::nullopt;
}

}  // namespace

std::string Type::FriendlyName() const { return value::FriendlyName(*this, false); }

std::string Type::FriendlyNameForConstraint() const { return value::FriendlyName(*this, true); }

std::string Type::ConstraintSyntax() const {
  std::string out;
  AppendConstraint(*this, &out);
  return out;
}

std::string Type::ToJson() const {
  std::string out;
  AppendTypeJson(*this, &out);
  return out;
}

std::optional<Type> Type::FromJson(std::string_view json) {
  base::json::ParseError error;
  std::optional<base::json::Document> document =
      base::json::Document::Parse(json, &error, {.max_depth = 2 * kMaxTypeDepth});
  if (!document) return std::nullopt;
  return TypeOf(document->root(), 0);
}

}  // namespace language::value
