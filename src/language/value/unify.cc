#include "language/value/unify.h"

#include <algorithm>
#include <unordered_set>

namespace language::value {

namespace {

std::optional<Type> UnifyDistinct(const std::vector<Type>& types, bool unsafe);

// Without repetitions, in order of first appearance: they change nothing, and there may be thousands.
std::vector<Type> Distinct(std::span<const Type> types) {
  std::vector<Type> distinct;
  std::unordered_set<Type> seen;
  for (Type type : types) {
    if (!distinct.empty() && type == distinct.back()) continue;
    if (seen.insert(type).second) distinct.push_back(type);
  }
  return distinct;
}

// -1: a is more general than b.
int CompareGenerality(Type a, Type b);

int CompareParts(std::span<const Type> a, std::span<const Type> b) {
  bool a_above = false, b_above = false;
  for (size_t i = 0; i < a.size(); ++i) {
    int order = CompareGenerality(a[i], b[i]);
    a_above = a_above || order < 0;
    b_above = b_above || order > 0;
  }
  return a_above == b_above ? 0 : a_above ? -1 : 1;
}

// Collections lie above the structures that convert to them, lists and tuples above sets.
int Rank(Type type) {
  switch (type.kind()) {
    case Kind::kList:
      return 0;
    case Kind::kTuple:
      return 1;
    case Kind::kSet:
      return 2;
    default:
      return -1;
  }
}

int CompareGenerality(Type a, Type b) {
  if (a.IsDynamic() || b.IsDynamic()) return !a.IsDynamic() ? -1 : !b.IsDynamic() ? 1 : 0;
  if (a.IsPrimitive() && b.IsPrimitive()) {
    if (a.IsString() == b.IsString()) return 0;
    return a.IsString() ? -1 : 1;
  }
  if (a.kind() == b.kind()) {
    if (a.IsCollection()) return CompareGenerality(a.element(), b.element());
    if (a.IsTuple())
      return a.elements().size() == b.elements().size() ? CompareParts(a.elements(), b.elements()) : 0;
    auto name = &ObjectAttribute::name;
    if (!std::ranges::equal(a.attributes(), b.attributes(), {}, name, name)) return 0;
    return CompareParts(AttributeTypes(a), AttributeTypes(b));
  }
  if (Rank(a) >= 0 && Rank(b) >= 0) return Rank(a) < Rank(b) ? -1 : 1;
  if (a.IsMap() && b.IsObject()) return -1;
  if (a.IsObject() && b.IsMap()) return 1;
  return 0;
}

// Most general first: a stable topological order.
std::vector<size_t> PreferenceOrder(const std::vector<Type>& types) {
  std::vector<std::vector<size_t>> below(types.size());
  std::vector<size_t> above(types.size(), 0);
  for (size_t i = 0; i < types.size(); ++i) {
    for (size_t j = i + 1; j < types.size(); ++j) {
      int order = CompareGenerality(types[i], types[j]);
      if (order == 0) continue;
      below[order < 0 ? i : j].push_back(order < 0 ? j : i);
      ++above[order < 0 ? j : i];
    }
  }
  std::vector<size_t> order;
  for (size_t i = 0; i < types.size(); ++i) {
    if (above[i] == 0) order.push_back(i);
  }
  for (size_t next = 0; next < order.size(); ++next) {
    for (size_t j : below[order[next]]) {
      if (--above[j] == 0) order.push_back(j);
    }
  }
  return order;
}

std::optional<Type> UnifyByPreference(const std::vector<Type>& types, bool unsafe) {
  for (size_t candidate : PreferenceOrder(types)) {
    Type wanted = types[candidate];
    if (std::ranges::all_of(types, [&](Type type) { return CanConvert(type, wanted, !unsafe); }))
      return wanted;
  }
  return std::nullopt;
}

std::optional<Type> UnifyCollections(const std::vector<Type>& types, Type (*collection)(Type), bool unsafe) {
  std::vector<Type> elements;
  for (Type type : types) elements.push_back(type.element());
  std::optional<Type> element = Unify(elements, unsafe);
  if (!element) return std::nullopt;
  return collection(*element);
}

// All attributes or elements of the structures to one, as the element of a map or list.
std::optional<Type> UnifyParts(const std::vector<Type>& structures, Type (*collection)(Type), bool unsafe) {
  std::vector<Type> parts;
  for (Type type : structures) {
    std::vector<Type> own = type.IsObject() ? AttributeTypes(type) : ElementTypes(type);
    parts.insert(parts.end(), own.begin(), own.end());
  }
  std::optional<Type> element = Unify(parts, unsafe);
  if (!element) return std::nullopt;
  Type result = collection(*element);
  bool possible =
      std::ranges::all_of(structures, [&](Type type) { return CanConvert(type, result, !unsafe); });
  return possible ? std::optional(result) : std::nullopt;
}

std::optional<Type> UnifyObjects(const std::vector<Type>& types, bool unsafe) {
  std::span<const ObjectAttribute> first = types[0].attributes();
  for (Type type : types) {
    if (!std::ranges::equal(type.attributes(), first, {}, &ObjectAttribute::name, &ObjectAttribute::name)) {
      return UnifyParts(types, Type::Map, unsafe);
    }
  }
  std::vector<ObjectAttribute> attributes;
  for (size_t i = 0; i < first.size(); ++i) {
    std::vector<Type> across;
    for (Type type : types) across.push_back(type.attributes()[i].type);
    std::optional<Type> unified = Unify(across, unsafe);
    if (!unified) return std::nullopt;
    attributes.push_back({first[i].name, *unified, false});
  }
  Type result = Type::Object(std::move(attributes));
  bool possible = std::ranges::all_of(types, [&](Type type) { return CanConvert(type, result, !unsafe); });
  return possible ? result : UnifyParts(types, Type::Map, unsafe);
}

std::optional<Type> UnifyTuples(const std::vector<Type>& types, bool unsafe) {
  size_t length = types[0].elements().size();
  for (Type type : types) {
    if (type.elements().size() != length) return UnifyParts(types, Type::List, unsafe);
  }
  std::vector<Type> elements;
  for (size_t i = 0; i < length; ++i) {
    std::vector<Type> across;
    for (Type type : types) across.push_back(type.elements()[i]);
    std::optional<Type> unified = Unify(across, unsafe);
    if (!unified) return std::nullopt;
    elements.push_back(*unified);
  }
  Type result = Type::Tuple(std::move(elements));
  bool possible = std::ranges::all_of(types, [&](Type type) { return CanConvert(type, result, !unsafe); });
  return possible ? result : UnifyParts(types, Type::List, unsafe);
}

// Structures among collections: as if they were collections already.
std::optional<Type> UnifyMixed(const std::vector<Type>& types, Kind structure, Type (*collection)(Type),
                               bool unsafe) {
  std::vector<Type> structures;
  for (Type type : types) {
    if (type.kind() == structure) structures.push_back(type);
  }
  std::optional<Type> unified = UnifyParts(structures, collection, unsafe);
  if (!unified) return std::nullopt;
  std::vector<Type> replaced = types;
  for (Type& type : replaced) {
    if (type.kind() == structure) type = *unified;
  }
  std::optional<Type> result = Unify(replaced, unsafe);
  if (!result || result->kind() != unified->kind()) return std::nullopt;
  return result;
}

std::optional<Type> UnifyDistinct(const std::vector<Type>& types, bool unsafe) {
  auto count = [&](Kind kind) { return std::ranges::count(types, kind, &Type::kind); };
  auto all = static_cast<std::ptrdiff_t>(types.size());
  std::ptrdiff_t maps = count(Kind::kMap), lists = count(Kind::kList), sets = count(Kind::kSet);
  std::ptrdiff_t objects = count(Kind::kObject), tuples = count(Kind::kTuple),
                 dynamics = count(Kind::kDynamic);
  for (std::ptrdiff_t alike : {maps, lists, sets, objects, tuples}) {
    // What these will unify to cannot be told before the types are known.
    if (alike > 0 && dynamics > 0 && alike + dynamics == all) return Type::Dynamic();
  }
  if (maps == all) return UnifyCollections(types, Type::Map, unsafe);
  if (lists == all) return UnifyCollections(types, Type::List, unsafe);
  if (sets == all) return UnifyCollections(types, Type::Set, unsafe);
  if (objects == all) return UnifyObjects(types, unsafe);
  if (tuples == all) return UnifyTuples(types, unsafe);
  if (maps > 0 && maps + objects + dynamics == all) {
    if (std::optional<Type> result = UnifyMixed(types, Kind::kObject, Type::Map, unsafe)) return result;
  } else if (lists > 0 && lists + tuples + dynamics == all) {
    if (std::optional<Type> result = UnifyMixed(types, Kind::kTuple, Type::List, unsafe)) return result;
  } else if (objects > 0 && tuples > 0) {
    return std::nullopt;
  }
  return UnifyByPreference(types, unsafe);
}

}  // namespace

std::vector<Type> AttributeTypes(Type object) {
  std::vector<Type> types;
  types.reserve(object.attributes().size());
  for (const ObjectAttribute& attribute : object.attributes()) types.push_back(attribute.type);
  return types;
}

std::optional<Type> Unify(std::span<const Type> types, bool unsafe) {
  if (types.empty()) return std::nullopt;
  std::vector<Type> distinct = Distinct(types);
  if (distinct.size() == 1) return distinct[0];
  return UnifyDistinct(distinct, unsafe);
}

}  // namespace language::value
