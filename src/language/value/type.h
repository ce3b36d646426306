// Types of the language: primitives, collections, structures and the placeholder `dynamic` ("any").
// Types are interned and immortal: a Type is one pointer, and equality is pointer equality.
// Used by every room that handles values. Source of rules: go-cty 1.16.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/check.h"

namespace language::value {

enum class Kind : uint8_t { kDynamic, kString, kNumber, kBool, kList, kSet, kMap, kObject, kTuple };

struct TypeNode;

// The sum, or the largest number where that does not hold it.
inline uint32_t AddWeights(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

struct ObjectAttribute;
class Type;
inline Kind KindOf(const TypeNode* node);

class Type {
 public:
  inline Type();  // dynamic
  static Type Dynamic() { return Type(); }
  static inline Type String();
  static inline Type Number();
  static inline Type Bool();
  static Type List(Type element);
  static Type Set(Type element);
  static Type Map(Type element);
  // Any order; duplicate names are a bug. Names must be NFC.
  static Type Object(std::vector<ObjectAttribute> attributes);
  // The same without optional attributes, from names sorted bytewise and distinct: nothing is copied when the
  // type is known already.
  static Type ObjectSorted(std::span<const std::string_view> names, std::span<const Type> types);
  static Type EmptyObject();
  static Type Tuple(std::vector<Type> elements);

  Kind kind() const { return KindOf(node_); }
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

  inline Type element() const;                                 // list, set, map
  inline std::span<const ObjectAttribute> attributes() const;  // object; sorted bytewise by name
  inline std::span<const Type> elements() const;               // tuple
  // Position in attributes(), or -1.
  int AttributeIndex(std::string_view name) const;

  inline bool HasDynamic() const;   // anywhere inside
  inline bool HasOptional() const;  // anywhere inside
  // How many types it is made of, those that it shares with itself counted each time. Saturates.
  inline uint32_t Weight() const;
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

// Whether values of the type are, or could turn out to be, of the constraint: dynamic parts of that match
// anything.
bool TypeConforms(Type type, Type constraint);

// The interned form of a type; only type.cc makes them.
struct TypeNode {
  Kind kind = Kind::kDynamic;
  bool has_dynamic = false;
  bool has_optional = false;
  uint32_t weight = 1;
  size_t hash = 0;
  const TypeNode* element = nullptr;                 // list, set, map
  std::span<const ObjectAttribute> attributes = {};  // object
  std::span<const Type> elements = {};               // tuple
  std::span<const uint32_t> index = {};  // of large objects: hash table of positions + 1, 0 is free
  // The collections of this type and the type without flags, once someone has asked for them.
  mutable std::atomic<const TypeNode*> list_of{nullptr}, set_of{nullptr}, map_of{nullptr}, plain{nullptr};
};

inline constinit const TypeNode kDynamicNode{
    .kind = Kind::kDynamic, .has_dynamic = true, .hash = 0x9e3779b97f4a7c15};
inline constinit const TypeNode kStringNode{.kind = Kind::kString, .hash = 0xbf58476d1ce4e5b9};
inline constinit const TypeNode kNumberNode{.kind = Kind::kNumber, .hash = 0x94d049bb133111eb};
inline constinit const TypeNode kBoolNode{.kind = Kind::kBool, .hash = 0xd6e8feb86659fd93};

inline Kind KindOf(const TypeNode* node) { return node->kind; }
inline Type::Type() : node_(&kDynamicNode) {}
inline Type Type::String() { return Type(&kStringNode); }
inline Type Type::Number() { return Type(&kNumberNode); }
inline Type Type::Bool() { return Type(&kBoolNode); }
inline Type Type::element() const {
  CHECK(node_->element != nullptr);
  return Type(node_->element);
}
inline std::span<const ObjectAttribute> Type::attributes() const { return node_->attributes; }
inline std::span<const Type> Type::elements() const { return node_->elements; }
inline bool Type::HasDynamic() const { return node_->has_dynamic; }
inline bool Type::HasOptional() const { return node_->has_optional; }
inline uint32_t Type::Weight() const { return node_->weight; }

}  // namespace language::value

template <>
struct std::hash<language::value::Type> {
  size_t operator()(language::value::Type type) const { return std::hash<const void*>()(type.node()); }
};
