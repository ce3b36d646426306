#include "provider/mock/schemas.h"

namespace provider::mock {

using language::schema::Attribute;
using language::schema::NestedBlock;
using language::schema::Nesting;
using language::value::Type;

api::ResourceSchema ObjectSchema() {
  api::ResourceSchema schema;
  schema.block.attributes = {
      Attribute{.name = "id", .type = Type::String(), .computed = true},
      Attribute{.name = "name", .type = Type::String(), .required = true},
      Attribute{.name = "size", .type = Type::Number(), .optional = true},
      Attribute{.name = "tags", .type = Type::Map(Type::String()), .optional = true},
      Attribute{.name = "secret", .type = Type::String(), .optional = true, .sensitive = true},
      Attribute{.name = "stamp", .type = Type::String(), .computed = true},
      Attribute{.name = "zone", .type = Type::String(), .optional = true, .computed = true},
      Attribute{.name = "delay_ms", .type = Type::Number(), .optional = true},
      Attribute{.name = "fail", .type = Type::String(), .optional = true},
      Attribute{.name = "lie", .type = Type::String(), .optional = true},
  };
  auto rule = std::make_shared<language::schema::Block>();
  rule->attributes = {Attribute{.name = "port", .type = Type::Number(), .required = true},
                      Attribute{.name = "note", .type = Type::String(), .optional = true}};
  rule->Finish();
  schema.block.blocks = {NestedBlock{.type_name = "rule", .nesting = Nesting::kList, .block = rule}};
  schema.block.Finish();
  return schema;
}

api::ResourceSchema WideSchema() {
  api::ResourceSchema schema;
  schema.block.attributes.push_back({.name = "id", .type = Type::String(), .computed = true});
  for (int index = 1; index < 50; ++index) {
    Attribute attribute{.name = fmt::format("a{:02}", index), .optional = true, .computed = index % 5 == 0};
    attribute.type = index % 7 == 0    ? Type::Number()
                     : index % 11 == 0 ? Type::Bool()
                     : index % 13 == 0 ? Type::List(Type::String())
                                       : Type::String();
    schema.block.attributes.push_back(std::move(attribute));
  }
  schema.block.Finish();
  return schema;
}

api::ResourceSchema ObjectDataSchema() {
  api::ResourceSchema schema;
  schema.block.attributes = {Attribute{.name = "id", .type = Type::String(), .computed = true},
                             Attribute{.name = "name", .type = Type::String(), .required = true},
                             Attribute{.name = "size", .type = Type::Number(), .computed = true},
                             Attribute{.name = "stamp", .type = Type::String(), .computed = true}};
  schema.block.Finish();
  return schema;
}

language::schema::Block ConfigSchema() {
  language::schema::Block block;
  block.attributes = {Attribute{.name = "store", .type = Type::String(), .optional = true},
                      Attribute{.name = "delay_ms", .type = Type::Number(), .optional = true}};
  block.Finish();
  return block;
}

}  // namespace provider::mock
