#include "cli/view/state_view.h"

#include <gtest/gtest.h>

#include "cli/view/golden_test_support.h"
#include "engine/state/reader.h"

namespace cli::view {
namespace {

using language::value::Value;

class GoldenState : public testing::TestWithParam<std::string> {};

TEST_P(GoldenState, IsAsRecorded) {
  std::map<std::string, std::string> sections = ReadSections("states", GetParam());
  auto state = engine::state::ReadState(sections["state"]);
  ASSERT_TRUE(state.ok());
  const BuiltinSchemas builtin;
  const SchemaLookup schemas = builtin.Lookup();
  EXPECT_EQ(RenderState(*state, schemas, {.color = false}), sections["show"]);
  EXPECT_EQ(OutputsJson(state->outputs), sections["outputs_json"]);
  std::vector<std::pair<std::string, Value>> outputs;
  for (const auto& [name, output] : state->outputs) {
    outputs.emplace_back(
        name, output.sensitive ? output.value.WithMarks(language::value::kSensitive) : output.value);
  }
  if (!outputs.empty()) {
    EXPECT_EQ(RenderOutputs(outputs), sections["outputs"]);
  }
  // Each block by itself is a part of the whole.
  for (const auto& resource : state->resources) {
    const auto* schema = schemas(resource.provider.provider, resource.resource);
    for (const auto& instance : resource.instances) {
      EXPECT_NE(sections["show"].find(RenderInstance(resource, instance, schema->block, {.color = false})),
                std::string::npos);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenState, testing::ValuesIn(Cases("states")),
                         [](const auto& info) { return info.param; });

TEST(RenderState, EmptyAndDeposed) {
  const BuiltinSchemas builtin;
  EXPECT_EQ(RenderState({}, builtin.Lookup(), {}),
            "The state file is empty. No resources are represented.\n");
  auto state = engine::state::ReadState(
      R"({"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{},"resources":[{"mode":"managed",
      "type":"terraform_data","name":"a","provider":"provider[\"terraform.io/builtin/terraform\"]","instances":[
      {"deposed":"0a1b2c3d","schema_version":0,"attributes":{"id":"old"}},{"schema_version":0,"attributes":{"id":"new"}}]}]})");
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(RenderState(*state, builtin.Lookup(), {.color = false}),
            "# terraform_data.a:\n"
            "resource \"terraform_data\" \"a\" {\n"
            "    id = \"new\"\n"
            "}\n"
            "\n"
            "# terraform_data.a: (deposed object 0a1b2c3d)\n"
            "resource \"terraform_data\" \"a\" {\n"
            "    id = \"old\"\n"
            "}\n");
}

TEST(RenderOutputs, LeavesOutNullsAndSorts) {
  EXPECT_EQ(RenderOutputs({{"b", Value::Int(1)},
                           {"n", Value()},
                           {"a", Value::String("x").WithMarks(language::value::kSensitive)}}),
            "a = <sensitive>\nb = 1\n");
}

}  // namespace
}  // namespace cli::view
