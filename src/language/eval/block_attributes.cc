#include "language/eval/block_attributes.h"

namespace language::eval {
namespace {

using schema::Nesting;
using value::Type;

bool IsObjectSequence(Type type) { return (type.IsList() || type.IsSet()) && type.element().IsObject(); }

// An object type's attributes as a block, sequences of objects inside as blocks in turn.
std::shared_ptr<const schema::Block> BlockOf(Type object) {
  auto block = std::make_shared<schema::Block>();
  for (const value::ObjectAttribute& part : object.attributes()) {
    schema::Attribute attribute;
    attribute.name = part.name;
    attribute.type = part.type;
    attribute.optional = true;
    block->attributes.push_back(std::move(attribute));
  }
  block->Finish();
  return block;
}

}  // namespace

bool MayBeBlocks(const schema::Attribute& attribute) {
  return !attribute.nested && IsObjectSequence(attribute.type);
}

schema::NestedBlock AsNestedBlock(const schema::Attribute& attribute) {
  schema::NestedBlock nested;
  nested.type_name = attribute.name;
  nested.nesting = attribute.type.IsSet() ? Nesting::kSet : Nesting::kList;
  nested.block = BlockOf(attribute.type.element());
  return nested;
}

Type ConfigType(const schema::NestedType& nested) {
  std::vector<value::ObjectAttribute> attributes;
  for (const schema::Attribute& attribute : nested.attributes) {
    const Type type = attribute.nested ? ConfigType(*attribute.nested) : attribute.type;
    attributes.push_back({attribute.name, type, !attribute.required});
  }
  const Type object = Type::Object(std::move(attributes));
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

}  // namespace language::eval
