#include "language/value/type.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace language::value {

namespace {

constexpr size_t kIndexedAttributes = 12;  // objects from this size on find attributes by hash

size_t Mix(size_t seed, size_t value) {
  seed ^= value + 0x9e3779b97f4a7c15 + (seed << 6) + (seed >> 2);
  seed *= 0xff51afd7ed558ccd;
  return seed ^ (seed >> 33);
}

size_t HashOf(std::string_view text) { return std::hash<std::string_view>()(text); }

// A type that may or may not have a node yet.
struct Candidate {
  Kind kind;
  size_t hash = 0;
  size_t size = 0;
  std::span<const ObjectAttribute> attributes;  // either these
  std::span<const std::string_view> names;      // or names and types
  std::span<const Type> types;                  // also the elements of tuples

  std::string_view name(size_t i) const {
    return attributes.empty() ? names[i] : std::string_view(attributes[i].name);
  }
  Type type(size_t i) const { return attributes.empty() ? types[i] : attributes[i].type; }
  bool optional(size_t i) const { return !attributes.empty() && attributes[i].optional; }

  void ComputeHash() {
    hash = Mix(static_cast<size_t>(kind) + 0x51, size);
    for (size_t i = 0; i < size; ++i) {
      if (kind == Kind::kObject) hash = Mix(hash, HashOf(name(i)));
      hash = Mix(hash, type(i).node()->hash + (optional(i) ? 1 : 0));
    }
  }

  bool Is(const TypeNode& node) const {
    if (node.kind != kind || node.hash != hash) return false;
    if (kind == Kind::kTuple) return std::ranges::equal(node.elements, types);
    if (node.attributes.size() != size) return false;
    for (size_t i = 0; i < size; ++i) {
      const ObjectAttribute& attribute = node.attributes[i];
      if (attribute.type != type(i) || attribute.optional != optional(i) || attribute.name != name(i))
        return false;
    }
    return true;
  }
};

// Owns every node but the primitive ones, for ever. Sharded, so that threads that build values of different
// types do not wait for each other; readers share.
class Interner {
 public:
  static Interner& Get() {
    static Interner& interner = *std::make_unique<Interner>().release();  // immortal
    return interner;
  }

  const TypeNode* Intern(const Candidate& candidate) {
    Shard& shard = shards_[candidate.hash >> 58];
    {
      std::shared_lock lock(shard.mutex);
      if (const TypeNode* node = Find(shard, candidate)) return node;
    }
    std::unique_lock lock(shard.mutex);
    if (const TypeNode* node = Find(shard, candidate)) return node;
    TypeNode& node = shard.nodes.emplace_back();
    Fill(shard, candidate, node);
    shard.by_hash.emplace(candidate.hash, &node);
    return &node;
  }

  // The list, set or map of an element type; `slot` of that type caches it.
  const TypeNode* Collection(Kind kind, const TypeNode& element, std::atomic<const TypeNode*>& slot) {
    if (const TypeNode* node = slot.load(std::memory_order_acquire)) return node;
    Shard& shard = shards_[element.hash >> 58];
    std::unique_lock lock(shard.mutex);
    if (const TypeNode* node = slot.load(std::memory_order_acquire)) return node;
    TypeNode& node = shard.nodes.emplace_back();
    node.kind = kind;
    node.element = &element;
    node.has_dynamic = element.has_dynamic;
    node.has_optional = element.has_optional;
    node.weight = AddWeights(1, element.weight);
    node.hash = Mix(static_cast<size_t>(kind) + 0xc0, element.hash);
    slot.store(&node, std::memory_order_release);
    return &node;
  }

 private:
  struct Shard {
    std::shared_mutex mutex;
    std::unordered_multimap<size_t, const TypeNode*> by_hash;
    std::deque<TypeNode> nodes;
    std::deque<std::vector<ObjectAttribute>> attributes;
    std::deque<std::vector<Type>> elements;
    std::deque<std::vector<uint32_t>> indexes;
  };

  static const TypeNode* Find(const Shard& shard, const Candidate& candidate) {
    auto [first, last] = shard.by_hash.equal_range(candidate.hash);
    for (; first != last; ++first) {
      if (candidate.Is(*first->second)) return first->second;
    }
    return nullptr;
  }

  static void Fill(Shard& shard, const Candidate& candidate, TypeNode& node) {
    node.kind = candidate.kind;
    node.hash = candidate.hash;
    for (size_t i = 0; i < candidate.size; ++i) {
      node.has_dynamic |= candidate.type(i).HasDynamic();
      node.has_optional |= candidate.optional(i) || candidate.type(i).HasOptional();
      node.weight = AddWeights(node.weight, candidate.type(i).Weight());
    }
    if (candidate.kind == Kind::kTuple) {
      node.elements = shard.elements.emplace_back(candidate.types.begin(), candidate.types.end());
      return;
    }
    std::vector<ObjectAttribute>& attributes = shard.attributes.emplace_back();
    attributes.reserve(candidate.size);
    for (size_t i = 0; i < candidate.size; ++i) {
      attributes.push_back({std::string(candidate.name(i)), candidate.type(i), candidate.optional(i)});
    }
    node.attributes = attributes;
    if (candidate.size >= kIndexedAttributes) node.index = Index(attributes, shard.indexes.emplace_back());
  }

  static std::span<const uint32_t> Index(const std::vector<ObjectAttribute>& attributes,
                                         std::vector<uint32_t>& table) {
    size_t slots = 1;
    while (slots < attributes.size() * 2) slots *= 2;
    table.assign(slots, 0);
    for (size_t i = 0; i < attributes.size(); ++i) {
      size_t slot = HashOf(attributes[i].name) & (slots - 1);
      while (table[slot] != 0) slot = (slot + 1) & (slots - 1);
      table[slot] = static_cast<uint32_t>(i + 1);
    }
    return table;
  }

  std::array<Shard, 64> shards_;
};

}  // namespace

Type Type::List(Type element) {
  return Type(Interner::Get().Collection(Kind::kList, *element.node_, element.node_->list_of));
}

Type Type::Set(Type element) {
  return Type(Interner::Get().Collection(Kind::kSet, *element.node_, element.node_->set_of));
}

Type Type::Map(Type element) {
  return Type(Interner::Get().Collection(Kind::kMap, *element.node_, element.node_->map_of));
}

Type Type::Object(std::vector<ObjectAttribute> attributes) {
  if (!std::ranges::is_sorted(attributes, {}, &ObjectAttribute::name)) {
    std::ranges::sort(attributes, {}, &ObjectAttribute::name);
  }
  CHECK(std::ranges::adjacent_find(attributes, {}, &ObjectAttribute::name) == attributes.end());
  Candidate candidate{.kind = Kind::kObject, .size = attributes.size(), .attributes = attributes};
  candidate.ComputeHash();
  return Type(Interner::Get().Intern(candidate));
}

Type Type::ObjectSorted(std::span<const std::string_view> names, std::span<const Type> types) {
  Candidate candidate{.kind = Kind::kObject, .size = names.size(), .names = names, .types = types};
  candidate.ComputeHash();
  return Type(Interner::Get().Intern(candidate));
}

Type Type::EmptyObject() {
  static const Type type = Object({});
  return type;
}

Type Type::Tuple(std::vector<Type> elements) {
  Candidate candidate{.kind = Kind::kTuple, .size = elements.size(), .types = elements};
  candidate.ComputeHash();
  return Type(Interner::Get().Intern(candidate));
}

int Type::AttributeIndex(std::string_view name) const {
  std::span<const ObjectAttribute> attributes = node_->attributes;
  if (std::span<const uint32_t> index = node_->index; !index.empty()) {
    for (size_t slot = HashOf(name);; ++slot) {
      uint32_t position = index[slot & (index.size() - 1)];
      if (position == 0) return -1;
      if (attributes[position - 1].name == name) return static_cast<int>(position - 1);
    }
  }
  for (size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Type Type::WithoutOptional() const {
  if (!HasOptional()) return *this;
  if (const TypeNode* plain = node_->plain.load(std::memory_order_acquire)) return Type(plain);
  Type result;
  switch (kind()) {
    case Kind::kList:
      result = List(element().WithoutOptional());
      break;
    case Kind::kSet:
      result = Set(element().WithoutOptional());
      break;
    case Kind::kMap:
      result = Map(element().WithoutOptional());
      break;
    case Kind::kTuple: {
      std::vector<Type> types;
      for (Type type : elements()) types.push_back(type.WithoutOptional());
      result = Tuple(std::move(types));
      break;
    }
    case Kind::kObject: {
      std::vector<ObjectAttribute> plain;
      for (const ObjectAttribute& attribute : attributes()) {
        plain.push_back({attribute.name, attribute.type.WithoutOptional(), false});
      }
      result = Object(std::move(plain));
      break;
    }
    default:
      result = *this;
  }
  node_->plain.store(result.node_, std::memory_order_release);
  return result;
}

}  // namespace language::value
