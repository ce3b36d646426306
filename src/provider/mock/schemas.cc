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

namespace {

std::shared_ptr<const language::schema::Block> BlockOf(std::vector<Attribute> attributes,
                                                       std::vector<NestedBlock> blocks = {}) {
  auto block = std::make_shared<language::schema::Block>();
  block->attributes = std::move(attributes);
  block->blocks = std::move(blocks);
  block->Finish();
  return block;
}

// An attribute with attributes of its own.
Attribute NestedAttribute(std::string name, Nesting nesting, std::vector<Attribute> attributes) {
  auto nested = std::make_shared<language::schema::NestedType>();
  nested->nesting = nesting;
  nested->attributes = std::move(attributes);
  Attribute attribute{.name = std::move(name), .optional = true};
  attribute.type = language::schema::ImpliedType(*nested);
  attribute.nested = std::move(nested);
  return attribute;
}

}  // namespace

api::ResourceSchema NestedSchema() {
  api::ResourceSchema schema;
  schema.block.attributes = {
      Attribute{.name = "id", .type = Type::String(), .computed = true},
      Attribute{.name = "name", .type = Type::String(), .required = true},
      Attribute{.name = "old", .type = Type::String(), .optional = true, .deprecated = true},
      Attribute{.name = "anything", .type = Type::Dynamic(), .optional = true},
      Attribute{.name = "flags", .type = Type::List(Type::Bool()), .optional = true},
      Attribute{.name = "pair", .type = Type::Tuple({Type::String(), Type::Number()}), .optional = true},
      Attribute{.name = "shape",
                .type = Type::Object({{"h", Type::Number()}, {"w", Type::Number()}}),
                .optional = true},
      NestedAttribute("server", Nesting::kSingle,
                      {Attribute{.name = "host", .type = Type::String(), .required = true},
                       Attribute{.name = "port", .type = Type::Number(), .optional = true},
                       Attribute{.name = "up", .type = Type::Bool(), .computed = true}}),
      NestedAttribute("disks", Nesting::kList,
                      {Attribute{.name = "gb", .type = Type::Number(), .required = true},
                       Attribute{.name = "label", .type = Type::String(), .optional = true}}),
  };
  const auto sub = BlockOf({Attribute{.name = "x", .type = Type::String(), .required = true}});
  schema.block.blocks = {
      NestedBlock{.type_name = "one",
                  .nesting = Nesting::kSingle,
                  .block = BlockOf({Attribute{.name = "a", .type = Type::String(), .required = true}})},
      NestedBlock{.type_name = "must",
                  .nesting = Nesting::kList,
                  .block = BlockOf({Attribute{.name = "on", .type = Type::Bool(), .required = true}}),
                  .min_items = 1,
                  .max_items = 1},
      NestedBlock{
          .type_name = "item",
          .nesting = Nesting::kList,
          .block = BlockOf({Attribute{.name = "n", .type = Type::Number(), .required = true},
                            Attribute{.name = "tags", .type = Type::List(Type::String()), .optional = true}},
                           {NestedBlock{.type_name = "sub", .nesting = Nesting::kList, .block = sub}}),
          .max_items = 2},
      NestedBlock{.type_name = "peer",
                  .nesting = Nesting::kSet,
                  .block = BlockOf({Attribute{.name = "host", .type = Type::String(), .required = true},
                                    Attribute{.name = "weight", .type = Type::Number(), .optional = true}})},
      NestedBlock{.type_name = "named",
                  .nesting = Nesting::kMap,
                  .block = BlockOf({Attribute{.name = "v", .type = Type::String(), .optional = true}})},
  };
  schema.block.Finish();
  return schema;
}

api::ResourceSchema VaultSchema() {
  api::ResourceSchema schema;
  schema.block.attributes = {
      Attribute{.name = "id", .type = Type::String(), .computed = true},
      Attribute{.name = "name", .type = Type::String(), .required = true},
      Attribute{.name = "secret", .type = Type::String(), .optional = true, .write_only = true},
      Attribute{.name = "secret_version", .type = Type::Number(), .optional = true},
      Attribute{.name = "secret_length", .type = Type::Number(), .computed = true},
      Attribute{.name = "team", .type = Type::String(), .computed = true},
  };
  schema.block.Finish();
  return schema;
}

api::IdentitySchema VaultIdentity() {
  return {.version = 1,
          .attributes = {{.name = "name", .type = Type::String(), .required_for_import = true},
                         {.name = "zone", .type = Type::String(), .optional_for_import = true}},
          .type = Type::Object({{"name", Type::String()}, {"zone", Type::String()}})};
}

language::schema::Block TokenSchema() {
  language::schema::Block block;
  block.attributes = {Attribute{.name = "name", .type = Type::String(), .required = true},
                      Attribute{.name = "renew_ms", .type = Type::Number(), .optional = true},
                      Attribute{.name = "fail", .type = Type::String(), .optional = true},
                      Attribute{.name = "token", .type = Type::String(), .computed = true}};
  block.Finish();
  return block;
}

language::schema::Block VaultListSchema() {
  language::schema::Block block;
  block.attributes = {Attribute{.name = "count", .type = Type::Number(), .required = true},
                      Attribute{.name = "fail", .type = Type::String(), .optional = true}};
  block.Finish();
  return block;
}

language::schema::Block MetaSchema() {
  language::schema::Block block;
  block.attributes = {Attribute{.name = "team", .type = Type::String(), .optional = true}};
  block.Finish();
  return block;
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
