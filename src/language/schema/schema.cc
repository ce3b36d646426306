#include "language/schema/schema.h"

#include <algorithm>

#include "base/core/check.h"

namespace language::schema {

using value::ObjectAttribute;
using value::Type;
using value::Value;

namespace {

template <typename Item>
const Item* FindByName(const std::vector<Item>& items, std::string Item::* name, std::string_view wanted) {
  auto found = std::ranges::lower_bound(items, wanted, {}, name);
  return found != items.end() && (*found).*name == wanted ? &*found : nullptr;
}

bool AnyAttribute(const std::vector<Attribute>& attributes, bool Attribute::* flag,
                  bool (*nested)(const NestedType&)) {
  return std::ranges::any_of(attributes, [&](const Attribute& attribute) {
    return attribute.*flag || (attribute.nested != nullptr && nested(*attribute.nested));
  });
}

}  // namespace

bool ContainsSensitive(const NestedType& nested) {
  return AnyAttribute(nested.attributes, &Attribute::sensitive, ContainsSensitive);
}

bool ContainsWriteOnly(const NestedType& nested) {
  return AnyAttribute(nested.attributes, &Attribute::write_only, ContainsWriteOnly);
}

bool ContainsComputed(const NestedType& nested) {
  return AnyAttribute(nested.attributes, &Attribute::computed, ContainsComputed);
}

void Block::Finish() {
  std::ranges::sort(attributes, {}, &Attribute::name);
  std::ranges::sort(blocks, {}, &NestedBlock::type_name);
  std::vector<ObjectAttribute> types;
  types.reserve(attributes.size() + blocks.size());
  for (Attribute& attribute : attributes) {
    if (attribute.nested != nullptr) attribute.type = ImpliedType(*attribute.nested);
    types.push_back({attribute.name, attribute.type, false});
  }
  contains_sensitive_ = AnyAttribute(attributes, &Attribute::sensitive, schema::ContainsSensitive);
  contains_write_only_ = AnyAttribute(attributes, &Attribute::write_only, schema::ContainsWriteOnly);
  contains_computed_ = AnyAttribute(attributes, &Attribute::computed, schema::ContainsComputed);
  for (const NestedBlock& block : blocks) {
    CHECK(block.block != nullptr);
    types.push_back({block.type_name, BlockCollectionType(block), false});
    contains_sensitive_ = contains_sensitive_ || block.block->ContainsSensitive();
    contains_write_only_ = contains_write_only_ || block.block->ContainsWriteOnly();
    contains_computed_ = contains_computed_ || block.block->ContainsComputed();
  }
  implied_type_ = Type::Object(std::move(types));
  attribute_positions_.clear();
  block_positions_.clear();
  for (const Attribute& attribute : attributes) {
    attribute_positions_.push_back(static_cast<uint32_t>(implied_type_.AttributeIndex(attribute.name)));
  }
  for (const NestedBlock& block : blocks) {
    block_positions_.push_back(static_cast<uint32_t>(implied_type_.AttributeIndex(block.type_name)));
  }
}

const Attribute* Block::FindAttribute(std::string_view name) const {
  return FindByName(attributes, &Attribute::name, name);
}

const NestedBlock* Block::FindBlock(std::string_view type_name) const {
  return FindByName(blocks, &NestedBlock::type_name, type_name);
}

Value Block::EmptyValue() const {
  std::vector<Value> values(attributes.size() + blocks.size());
  for (size_t i = 0; i < attributes.size(); ++i)
    values[AttributePosition(i)] = Value::Null(attributes[i].type);
  for (size_t i = 0; i < blocks.size(); ++i) values[BlockPosition(i)] = NoBlocks(blocks[i]);
  return Value::ObjectOf(implied_type_, std::move(values));
}

Type ImpliedType(const NestedType& nested) {
  std::vector<ObjectAttribute> attributes;
  attributes.reserve(nested.attributes.size());
  for (const Attribute& attribute : nested.attributes) {
    Type type = attribute.nested != nullptr ? ImpliedType(*attribute.nested) : attribute.type;
    attributes.push_back({attribute.name, type, false});
  }
  Type object = Type::Object(std::move(attributes));
  switch (nested.nesting) {
    case Nesting::kList:
      return Type::List(object);
    case Nesting::kSet:
      return Type::Set(object);
    case Nesting::kMap:
      return Type::Map(object);
    default:
      return object;
  }
}

Type BlockCollectionType(const NestedBlock& block) {
  Type object = block.block->implied_type();
  switch (block.nesting) {
    case Nesting::kList:
      return object.HasDynamic() ? Type::Dynamic() : Type::List(object);
    case Nesting::kMap:
      return object.HasDynamic() ? Type::Dynamic() : Type::Map(object);
    case Nesting::kSet:
      return Type::Set(object);
    default:
      return object;
  }
}

Value NoBlocks(const NestedBlock& block) {
  Type object = block.block->implied_type();
  switch (block.nesting) {
    case Nesting::kSingle:
      return Value::Null(object);
    case Nesting::kGroup:
      return block.block->EmptyValue();
    case Nesting::kList:
      return object.HasDynamic() ? Value::EmptyTuple() : Value::List(object, {});
    case Nesting::kMap:
      return object.HasDynamic() ? Value::EmptyObject() : Value::Map(object, {});
    case Nesting::kSet:
      return Value::Set(object, {});
  }
  return Value();
}

}  // namespace language::schema
