#include "okta/resources/build_schema.h"

namespace okta::resources {
namespace {

using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::Nesting;
using language::value::ObjectAttribute;
using language::value::Type;

void SetMode(Mode mode, Attribute* attribute) {
  attribute->required = mode == Mode::kRequired;
  attribute->optional = mode == Mode::kOptional || mode == Mode::kOptionalComputed;
  attribute->computed = mode == Mode::kComputed || mode == Mode::kOptionalComputed;
}

void AddFields(std::span<const Field> fields, Block* block) {
  for (const Field& field : fields) {
    Attribute attribute;
    attribute.name = std::string(field.name);
    attribute.type = TypeOf(field.type);
    SetMode(field.mode, &attribute);
    attribute.sensitive = field.sensitive;
    attribute.deprecated = field.deprecated;
    block->attributes.push_back(std::move(attribute));
  }
}

void AddNested(std::span<const Nested> parts, Block* block) {
  for (const Nested& part : parts) {
    if (part.shape == Shape::kComputedList) {
      Attribute attribute;
      attribute.name = std::string(part.name);
      attribute.type = Type::List(ElementType(part));
      SetMode(part.mode, &attribute);
      block->attributes.push_back(std::move(attribute));
      continue;
    }
    auto inner = std::make_shared<Block>();
    AddFields(part.fields, inner.get());
    AddNested(part.nested, inner.get());
    inner->Finish();
    NestedBlock nested;
    nested.type_name = std::string(part.name);
    nested.nesting = part.shape == Shape::kListBlock ? Nesting::kList : Nesting::kSet;
    nested.max_items = part.max_items;
    nested.block = std::move(inner);
    block->blocks.push_back(std::move(nested));
  }
}

void AddId(Block* block) {
  Attribute id;
  id.name = "id";
  id.type = Type::String();
  id.optional = id.computed = true;
  block->attributes.push_back(std::move(id));
}

}  // namespace

Type TypeOf(FieldType type) {
  switch (type) {
    case FieldType::kString:
      return Type::String();
    case FieldType::kBool:
      return Type::Bool();
    case FieldType::kInt:
      return Type::Number();
    case FieldType::kStringSet:
      return Type::Set(Type::String());
  }
  CHECK(false);
}

Type ElementType(const Nested& nested) {
  std::vector<ObjectAttribute> attributes;
  for (const Field& field : nested.fields)
    attributes.push_back({std::string(field.name), TypeOf(field.type)});
  for (const Nested& inner : nested.nested) {
    attributes.push_back({std::string(inner.name), Type::List(ElementType(inner))});
  }
  return Type::Object(std::move(attributes));
}

Block ResourceBlock(const ResourceSpec& spec) {
  Block block;
  AddId(&block);
  AddFields(spec.fields, &block);
  AddNested(spec.nested, &block);
  block.Finish();
  return block;
}

Block DataSourceBlock(const DataSourceSpec& spec) {
  Block block;
  if (!spec.own_id) AddId(&block);
  AddFields(spec.fields, &block);
  AddNested(spec.nested, &block);
  block.Finish();
  return block;
}

namespace {

Block ArgumentsBlock(std::span<const Field> fields) {
  Block block;
  AddFields(fields, &block);
  block.Finish();
  return block;
}

}  // namespace

Block ProviderBlock() { return ArgumentsBlock(ProviderFields()); }
Block ListBlock(const Objects& objects) { return ArgumentsBlock(objects.list_fields); }

}  // namespace okta::resources
