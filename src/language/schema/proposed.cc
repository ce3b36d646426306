#include "language/schema/proposed.h"

#include <algorithm>
#include <unordered_map>

#include "base/core/check.h"
#include "language/schema/parts.h"

namespace language::schema {

using value::Type;
using value::Value;

namespace {

// What collections of objects consist of: nested blocks, or the objects of a nested attribute.
struct Shape {
  const Block* block = nullptr;
  const NestedType* nested = nullptr;

  const std::vector<Attribute>& attributes() const {
    return block != nullptr ? block->attributes : nested->attributes;
  }
  bool ContainsComputed() const {
    return block != nullptr ? block->ContainsComputed() : schema::ContainsComputed(*nested);
  }
};

Value Propose(const Shape& shape, const Value& prior, const Value& config);
bool Correlates(const Shape& shape, const Value& prior, const Value& config);

// Whether some part that only the configuration can set is set.
bool HasConfiguredPart(const NestedType& nested, const Value& value) {
  auto in_object = [&](const Value& object) {
    if (!object.IsKnownNotNull()) return false;
    return std::ranges::any_of(nested.attributes, [&](const Attribute& attribute) {
      const Value* part = object.Find(attribute.name);
      if (part == nullptr || part->IsNull()) return false;
      return !attribute.computed ||
             (attribute.nested != nullptr && HasConfiguredPart(*attribute.nested, *part));
    });
  };
  if (!value.IsKnownNotNull()) return false;
  if (value.type().IsObject() && nested.nesting != Nesting::kMap) return in_object(value);
  return std::ranges::any_of(value.Elements(), in_object);
}

Value ProposeList(const Shape& shape, const Value& prior, const Value& config) {
  std::vector<Value> elements;
  for (size_t i = 0; i < config.Length(); ++i) {
    const Value& element = config.ElementAt(i);
    Value key = KeyOf(config, i);
    if (prior.IsKnown() && !HasElement(prior, key)) {
      elements.push_back(element);
    } else {
      elements.push_back(Propose(shape, ElementOf(prior, key, element.type()), element));
    }
  }
  if (config.type().IsTuple()) return Value::Tuple(std::move(elements));
  return Value::List(config.type().element(), std::move(elements));
}

Value ProposeMap(const Shape& shape, const Value& prior, const Value& config) {
  std::vector<std::pair<std::string, Value>> entries;
  for (size_t i = 0; i < config.Length(); ++i) {
    const Value& element = config.ElementAt(i);
    Value key = KeyOf(config, i);
    Value proposed =
        HasElement(prior, key) ? Propose(shape, ElementOf(prior, key, element.type()), element) : element;
    entries.emplace_back(config.KeyAt(i), std::move(proposed));
  }
  if (config.type().IsObject()) return Value::Object(std::move(entries));
  return Value::Map(config.type().element(), std::move(entries));
}

// Elements of sets have no names: each of the configuration takes the first prior element that could have
// come from it.
class SetCorrelation {
 public:
  SetCorrelation(const Shape& shape, const Value& prior) : shape_(shape), exact_(!shape.ContainsComputed()) {
    if (!prior.IsKnownNotNull()) return;
    prior_ = prior.Elements();
    used_.resize(prior_.size());
    // Without computed attributes only equals correlate, and those are found by hash.
    for (size_t i = 0; exact_ && i < prior_.size(); ++i) by_hash_.emplace(prior_[i].Hash(), i);
  }

  // Null of the type when there is none.
  Value Take(const Value& config) {
    if (exact_) {
      auto [first, last] = by_hash_.equal_range(config.Hash());
      for (; first != last; ++first) {
        if (!used_[first->second] && EqualUnrefined(prior_[first->second], config)) return Use(first->second);
      }
      return Value::Null(config.type());
    }
    for (size_t i = first_unused_; i < prior_.size(); ++i) {
      if (!used_[i] && Correlates(shape_, prior_[i], config)) return Use(i);
    }
    return Value::Null(config.type());
  }

 private:
  const Value& Use(size_t i) {
    used_[i] = true;
    while (first_unused_ < used_.size() && used_[first_unused_]) ++first_unused_;
    return prior_[i];
  }

  const Shape& shape_;
  const bool exact_;
  std::span<const Value> prior_;
  std::vector<bool> used_;
  size_t first_unused_ = 0;
  std::unordered_multimap<size_t, size_t> by_hash_;
};

Value ProposeSet(const Shape& shape, const Value& prior, const Value& config) {
  SetCorrelation correlation(shape, prior);
  std::vector<Value> elements;
  for (const Value& element : config.Elements())
    elements.push_back(Propose(shape, correlation.Take(element), element));
  return Value::Set(config.type().element(), std::move(elements));
}

Value ProposeNesting(Nesting nesting, const Shape& shape, const Value& prior, const Value& config) {
  if (config.IsUnknown()) return config;
  switch (nesting) {
    case Nesting::kSingle:
      return config.IsNull() ? config : Propose(shape, prior, config);
    case Nesting::kGroup:
      return Propose(shape, prior, config);
    case Nesting::kList:
      return config.IsNull() || config.Length() == 0 ? config : ProposeList(shape, prior, config);
    case Nesting::kMap:
      return config.IsNull() || config.Length() == 0 ? config : ProposeMap(shape, prior, config);
    case Nesting::kSet:
      return config.IsNull() || config.Length() == 0 ? config : ProposeSet(shape, prior, config);
  }
  return config;
}

Value ProposeAttribute(const Attribute& attribute, const Value& prior, const Value& config) {
  if (attribute.computed && config.IsNull()) {
    // What only a configuration can have set is gone from it: the attribute was removed, not left to the
    // provider.
    bool removed =
        attribute.optional && attribute.nested != nullptr && HasConfiguredPart(*attribute.nested, prior);
    return removed ? config : prior;
  }
  if (attribute.nested == nullptr) return config;
  return ProposeNesting(attribute.nested->nesting, {.nested = attribute.nested.get()}, prior, config);
}

Value ProposeBlock(const Block& block, const Value& prior, const Value& config) {
  if (!config.IsKnownNotNull()) return prior;
  std::vector<Value> values(config.Length());
  for (size_t i = 0; i < block.attributes.size(); ++i) {
    const Attribute& attribute = block.attributes[i];
    size_t position = block.AttributePosition(i);
    const Value& configured = config.ElementAt(position);
    // Most attributes are plain, and set or not computed: these do not need the prior value.
    if (attribute.nested == nullptr && !(attribute.computed && configured.IsNull())) {
      values[position] = configured;
    } else {
      values[position] =
          ProposeAttribute(attribute, PartOf(prior, attribute.name, attribute.type), configured);
    }
  }
  for (size_t i = 0; i < block.blocks.size(); ++i) {
    const NestedBlock& nested = block.blocks[i];
    size_t position = block.BlockPosition(i);
    values[position] = ProposeNesting(nested.nesting, {.block = nested.block.get()},
                                      PartOf(prior, nested.type_name, BlockCollectionType(nested)),
                                      config.ElementAt(position));
  }
  return Value::ObjectOf(block.implied_type(), std::move(values));
}

Value Propose(const Shape& shape, const Value& prior, const Value& config) {
  if (shape.block != nullptr) return ProposedNew(*shape.block, prior, config);
  CHECK(shape.nested != nullptr);
  if (!config.IsKnownNotNull()) return config;
  std::vector<Value> values(config.Length());
  for (const Attribute& attribute : shape.nested->attributes) {
    auto position = static_cast<size_t>(config.type().AttributeIndex(attribute.name));
    Type type = attribute.nested != nullptr ? ImpliedType(*attribute.nested) : attribute.type;
    values[position] =
        ProposeAttribute(attribute, PartOf(prior, attribute.name, type), config.ElementAt(position));
  }
  return Value::ObjectOf(config.type(), std::move(values));
}

// The elements of prior, each against that of config with the same key.
bool CorrelateElements(const Shape& shape, const Value& prior, const Value& config) {
  if (!prior.IsKnownNotNull()) return true;
  for (size_t i = 0; i < prior.Length(); ++i) {
    Value key = KeyOf(prior, i);
    if (config.IsKnown() && !HasElement(config, key)) return false;
    const Value& element = prior.ElementAt(i);
    if (!Correlates(shape, element, ElementOf(config, key, element.type()))) return false;
  }
  return true;
}

bool CorrelateNesting(Nesting nesting, const Shape& shape, const Value& prior, const Value& config) {
  if (EqualUnrefined(prior, config)) return true;
  switch (nesting) {
    case Nesting::kSet:
      return false;  // the elements have no keys by which to go on
    case Nesting::kSingle:
    case Nesting::kGroup:
      return Correlates(shape, prior, config);
    default:
      return CorrelateElements(shape, prior, config);
  }
}

// Whether a provider could have made `prior` of `config`: all that differs is computed, and unset in config.
bool Correlates(const Shape& shape, const Value& prior, const Value& config) {
  if (EqualUnrefined(prior, config)) return true;
  if (prior.IsNull()) return true;
  if (config.IsNull() || prior.IsUnknown()) return false;
  for (const Attribute& attribute : shape.attributes()) {
    Type type = attribute.nested != nullptr ? ImpliedType(*attribute.nested) : attribute.type;
    Value before = PartOf(prior, attribute.name, type), configured = PartOf(config, attribute.name, type);
    if (attribute.nested != nullptr) {
      if (!CorrelateNesting(attribute.nested->nesting, {.nested = attribute.nested.get()}, before,
                            configured)) {
        return false;
      }
    } else if (!EqualUnrefined(before, configured) && (!attribute.computed || !configured.IsNull())) {
      return false;
    }
  }
  if (shape.block == nullptr) return true;
  return std::ranges::all_of(shape.block->blocks, [&](const NestedBlock& nested) {
    Type type = BlockCollectionType(nested);
    return CorrelateNesting(nested.nesting, {.block = nested.block.get()},
                            PartOf(prior, nested.type_name, type), PartOf(config, nested.type_name, type));
  });
}

}  // namespace

Value ProposedNew(const Block& block, const Value& prior, const Value& config) {
  if (config.IsNull() && prior.IsNull()) return prior;
  return ProposeBlock(block, prior.IsNull() ? block.EmptyValue() : prior, config);
}

Value PlannedDataObject(const Block& block, const Value& config) {
  return ProposeBlock(block, Value::Unknown(block.implied_type()), config);
}

}  // namespace language::schema
