#include "engine/run/generate_config.h"

#include <gtest/gtest.h>

namespace engine::run {
namespace {

using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::NestedType;
using language::schema::Nesting;
using language::value::Type;
using language::value::Value;

Attribute Optional(std::string name, Type type = Type::String()) {
  Attribute attribute{.name = std::move(name), .type = type};
  attribute.optional = true;
  return attribute;
}

std::string Generated(const Block& schema, const Value& value) {
  return GenerateConfig({.type = "t", .name = "n"}, schema, value);
}

TEST(GenerateConfig, WritesWhatAConfigurationMaySet) {
  Block schema;
  Attribute id = Optional("id"), made = Optional("made"), old = Optional("old"), secret = Optional("secret");
  id.computed = true;
  made.optional = false;
  made.computed = true;
  old.deprecated = true;
  secret.sensitive = true;
  schema.attributes = {Optional("count", Type::Number()),
                       Optional("empty"),
                       id,
                       made,
                       old,
                       secret,
                       Optional("text"),
                       Optional("unset")};
  const Value text = Value::String("a \"b\"\n${c}");
  EXPECT_EQ(Generated(schema, Value::Object({{"count", Value::Int(3)},
                                             {"empty", Value::String("")},
                                             {"id", text},
                                             {"made", text},
                                             {"old", text},
                                             {"secret", text},
                                             {"text", text},
                                             {"unset", Value::Null(Type::String())}})),
            "resource \"t\" \"n\" {\n"
            "  count  = 3\n"
            "  empty  = null\n"
            "  secret = null # sensitive\n"
            "  text   = \"a \\\"b\\\"\\n$${c}\"\n"
            "  unset  = null\n"
            "}\n");
}

TEST(GenerateConfig, JsonTextsBecomeCalls) {
  Block schema;
  schema.attributes = {Optional("text")};
  const struct {
    const char *json, *written;
  } cases[] = {
      {"{}", "jsonencode({})"},
      {"[1,\"a\"]", "jsonencode([1, \"a\"])"},
      {"{\"a\":{\"b c\":null}}", "jsonencode({\n    a = {\n      \"b c\" = null\n    }\n  })"},
      {"null", "jsonencode(null)"},
      {"12", "\"12\""},
      {"true", "\"true\""},
      {"\"{}\"", "\"\\\"{}\\\"\""},
      {"{broken", "\"{broken\""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Generated(schema, Value::Object({{"text", Value::String(c.json)}})),
              "resource \"t\" \"n\" {\n  text = " + std::string(c.written) + "\n}\n");
  }
}

TEST(GenerateConfig, NestedAttributesAndBlocks) {
  auto inner = std::make_shared<NestedType>();
  inner->nesting = Nesting::kList;
  Attribute made = Optional("made");
  made.optional = false;
  made.computed = true;
  inner->attributes = {made, Optional("name")};
  Attribute parts = Optional("parts");
  const Value part = Value::Object({{"made", Value::String("x")}, {"name", Value::String("y")}});
  parts.nested = inner;
  parts.type = Type::List(part.type());
  Block schema;
  schema.attributes = {parts};
  auto block = std::make_shared<Block>();
  block->attributes = inner->attributes;
  schema.blocks = {NestedBlock{.type_name = "rule", .nesting = Nesting::kList, .block = block}};
  EXPECT_EQ(Generated(schema, Value::Object({{"parts", Value::List(part.type(), {part})},
                                             {"rule", Value::List(part.type(), {part, part})}})),
            "resource \"t\" \"n\" {\n"
            "  parts = [\n"
            "    {\n"
            "      name = \"y\"\n"
            "    },\n"
            "  ]\n"
            "  rule {\n"
            "    name = \"y\"\n"
            "  }\n"
            "  rule {\n"
            "    name = \"y\"\n"
            "  }\n"
            "}\n");
}

}  // namespace
}  // namespace engine::run
