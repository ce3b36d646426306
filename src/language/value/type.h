// Types of the language: primitives, collections, structures and the placeholder `dynamic` ("any").
// Types are interned and immortal: a Type is one pointer, and equality is pointer equality.
// Used by every room that handles values. Source of rules: go-cty 1.16.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace language::value {

enum class Kind : uint8_t { kDynamic, kString, kNumber, kBool, kList, kSet, kMap, kObject, kTuple };

struct TypeNode;
struct ObjectAttribute;

class Type {
 public:
  Type();  // dynamic
  static Type Dynamic() { return Type(); }
  static Type String();
  static Type Number();
  static Type Bool();
  static Type List(Type element);
  static Type Set(Type element);
  static Type Map(Type element);
  // Any order; duplicate names are a bug. Names must be NFC.
  static Type Object(std::vector<ObjectAttribute> attributes);
  static Type EmptyObject();
  static Type Tuple(std::vector<Type> elements);

  Kind kind() const;
  bool IsDynamic() const { return kind() == Kind::kDynamic; }
  bool IsString() const { return kind() == Kind::kString; }
  bool IsNumber() const { return kind() == Kind::kNumber; }
  bool IsBool() const { return kind() == Kind::kBool; }
  bool IsPrimitive() const { return IsString() || IsNumber() || IsBool(); }
  bool IsList() const { return kind() == Kind::kList; }
  bool IsSet() const { return kind() == Kind::kSet; }
  bool IsMap() const { return kind() == Kind::kMap; }
  bool IsCollection() const { return IsList() || IsSet() || IsMap(); }
  bool IsObject() const { return kind() == Kind::kObject; }
  bool IsTuple() const { return kind() == Kind::kTuple; }

  Type element() const;                                 // list, set, map
  std::span<const ObjectAttribute> attributes() const;  // object; sorted bytewise by name
  std::span<const Type> elements() const;               // tuple
  // Position in attributes(), or -1.
  int AttributeIndex(std::string_view name) const;

  bool HasDynamic() const;   // anywhere inside
  bool HasOptional() const;  // anywhere inside
  Type WithoutOptional() const;

  // "list of string", "object", "dynamic".
  std::string FriendlyName() const;
  // "any type", "list of any single type".
  std::string FriendlyNameForConstraint() const;
  // The syntax of type constraints: list(object({ a = string })).
  std::string ConstraintSyntax() const;
  // Compact JSON: ["list","string"].
  std::string ToJson() const;
  static std::optional<Type> FromJson(std::string_view json);

  const TypeNode* node() const { return node_; }
  explicit Type(const TypeNode* node) : node_(node) {}
  friend bool operator==(Type a, Type b) { return a.node_ == b.node_; }

 private:
  const TypeNode* node_;
};

struct ObjectAttribute {
  std::string name;
  Type type;
  bool optional = false;  // only in type constraints, never in the type of a value
};

}  // namespace language::value

template <>
struct std::hash<language::value::Type> {
  size_t operator()(language::value::Type type) const { return std::hash<const void*>()(type.node()); }
};
