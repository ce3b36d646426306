// The catalog against the recorded schemas of okta/okta 6.12 (testdata/schemas.json).
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/core/files.h"
#include "okta/resources/build_schema.h"
#include "okta/resources/planner.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::Nesting;

bool Flag(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->get_bool();
}

Type TypeNamed(const json::object& recorded) {
  std::string_view name = std::string_view(recorded.at("type").as_string());
  if (name == "string") return Type::String();
  if (name == "bool") return Type::Bool();
  if (name == "int") return Type::Number();
  if (name == "set(string)") return Type::Set(Type::String());
  EXPECT_EQ(name, "list(object)");
  std::vector<language::value::ObjectAttribute> attributes;
  for (const auto& [key, value] : recorded.at("attributes").as_object()) {
    attributes.push_back({std::string(key), TypeNamed(value.as_object())});
  }
  return Type::List(Type::Object(std::move(attributes)));
}

void Compare(const json::object& recorded, const Block& block, const std::string& where) {
  size_t attributes = 0, blocks = 0;
  for (const auto& [key, value] : recorded) {
    const json::object& entry = value.as_object();
    std::string name(key), place = where + "." + name;
    std::string_view type = std::string_view(entry.at("type").as_string());
    if (type.starts_with("block(")) {
      ++blocks;
      const NestedBlock* nested = block.FindBlock(name);
      ASSERT_NE(nested, nullptr) << place;
      EXPECT_EQ(nested->nesting, type == "block(set)" ? Nesting::kSet : Nesting::kList) << place;
      EXPECT_EQ(nested->max_items, entry.contains("max_items") ? entry.at("max_items").as_int64() : 0)
          << place;
      EXPECT_EQ(nested->min_items, 0) << place;
      Compare(entry.at("attributes").as_object(), *nested->block, place);
      continue;
    }
    ++attributes;
    const Attribute* attribute = block.FindAttribute(name);
    ASSERT_NE(attribute, nullptr) << place;
    EXPECT_EQ(attribute->type, TypeNamed(entry)) << place;
    EXPECT_EQ(attribute->required, Flag(entry, "required")) << place;
    EXPECT_EQ(attribute->optional, Flag(entry, "optional")) << place;
    EXPECT_EQ(attribute->computed, Flag(entry, "computed")) << place;
    EXPECT_EQ(attribute->sensitive, Flag(entry, "sensitive")) << place;
    EXPECT_EQ(attribute->deprecated, Flag(entry, "deprecated")) << place;
  }
  bool adds_id = !recorded.contains("id") && where.find('.') == where.rfind('.');
  EXPECT_EQ(block.attributes.size(), attributes + (adds_id ? 1 : 0)) << where;
  EXPECT_EQ(block.blocks.size(), blocks) << where;
}

void CompareDefaults(const json::object& recorded, std::span<const Field> fields, const std::string& where) {
  for (const Field& field : fields) {
    const json::object& entry = recorded.at(field.name).as_object();
    EXPECT_EQ(field.replaces, Flag(entry, "force_new")) << where << "." << field.name;
    const json::value* expected = entry.if_contains("default");
    ASSERT_EQ(!field.fallback.empty(), expected != nullptr) << where << "." << field.name;
    if (expected == nullptr) continue;
    Value value = DefaultOf(field);
    if (expected->is_bool()) {
      EXPECT_EQ(value.AsBool(), expected->as_bool());
    }
    if (expected->is_int64()) {
      EXPECT_EQ(value.AsInt64(), expected->as_int64());
    }
    if (expected->is_string()) {
      EXPECT_EQ(value.AsString(), std::string_view(expected->as_string()));
    }
  }
}

class SchemaTest : public ::testing::Test {
 protected:
  json::value recorded_ = json::parse(
      base::core::ReadFile(PARTERRE_SOURCE_DIR "/src/okta/resources/testdata/schemas.json").value());
};

TEST_F(SchemaTest, ResourcesEqualTheRecordedOnes) {
  const json::object& all = recorded_.at("resources").as_object();
  EXPECT_EQ(AllResources().size(), all.size());
  for (const ResourceSpec& spec : AllResources()) {
    const json::object& recorded = all.at(spec.type).as_object();
    Compare(recorded, ResourceBlock(spec), "r." + std::string(spec.type));
    CompareDefaults(recorded, spec.fields, std::string(spec.type));
  }
}

TEST_F(SchemaTest, DataSourcesEqualTheRecordedOnes) {
  const json::object& all = recorded_.at("data_sources").as_object();
  EXPECT_EQ(AllDataSources().size(), all.size());
  for (const DataSourceSpec& spec : AllDataSources()) {
    const json::object& recorded = all.at(spec.type).as_object();
    Compare(recorded, DataSourceBlock(spec), "d." + std::string(spec.type));
    CompareDefaults(recorded, spec.fields, std::string(spec.type));
  }
}

TEST_F(SchemaTest, ProviderBlockTakesTheKnownArguments) {
  Block block = ProviderBlock();
  EXPECT_EQ(block.attributes.size(), 17u);
  EXPECT_EQ(block.FindAttribute("scopes")->type, Type::Set(Type::String()));
  EXPECT_EQ(block.FindAttribute("max_retries")->type, Type::Number());
  for (const Attribute& attribute : block.attributes) EXPECT_TRUE(attribute.optional) << attribute.name;
}

}  // namespace
}  // namespace okta::resources
