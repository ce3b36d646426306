#include "engine/state/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/files.h"
#include "engine/state/reader.h"
#include "engine/state/writer.h"

namespace engine::state {
namespace {

using language::address::ParseProviderConfig;
using language::address::ParseResourceInstance;
using language::address::ResourceMode;

const ProviderConfig& BuiltIn() {
  static const ProviderConfig config =
      ParseProviderConfig("provider[\"terraform.io/builtin/terraform\"]").value();
  return config;
}
ResourceInstance At(std::string_view text) { return ParseResourceInstance(text).value(); }

std::string Fixture(const std::string& name) {
  return base::core::ReadFile(std::string(PARTERRE_SOURCE_DIR) + "/src/engine/state/testdata/" + name)
      .value();
}

Type DataType() {
  return Type::Object({{"id", Type::String()},
                       {"input", Type::Dynamic()},
                       {"output", Type::Dynamic()},
                       {"triggers_replace", Type::Dynamic()}});
}

// A state file around one "instances" element.
std::string File(const std::string& instances, const std::string& more = "") {
  return R"({"version":4,"serial":1,"lineage":"l","outputs":{},"resources":[{"mode":"managed","type":"t","name":"n",)"
         R"("provider":"provider[\"registry.terraform.io/hashicorp/t\"]","instances":[)" +
         instances + "]}]" + more + "}";
}

TEST(StateFormat, StockFileComesBackByteForByte) {
  const std::string text = Fixture("stock.tfstate");
  const auto state = ReadState(text);
  ASSERT_TRUE(state.ok()) << state.error().message();
  EXPECT_EQ(state->resources.size(), 6u);
  EXPECT_EQ(state->outputs.size(), 3u);
  EXPECT_TRUE(state->outputs.at("s").sensitive);
  EXPECT_EQ(WriteState(*state).value(), text);
}

TEST(StateFormat, PiecesAreTheWhole) {
  std::string instances;
  for (int i = 0; i < 2000; ++i)
    instances += std::string(i ? "," : "") + R"({"index_key":)" + std::to_string(i) +
                 R"(,"schema_version":0,"attributes":{"id":")" + std::string(150, 'x') + R"("}})";
  std::string text = File(instances);
  const State one = ReadState(text).value();
  State state = one;
  for (int i = 1; i < 4; ++i) {
    state.resources.push_back(one.resources[0]);
    state.resources.back().resource.name = "n" + std::to_string(i);
  }
  std::vector<std::string> pieces;
  ASSERT_TRUE(WriteStateInPieces(state, [&](std::string_view piece) { pieces.emplace_back(piece); }).ok());
  EXPECT_GT(pieces.size(), 3u);
  std::string whole;
  for (const std::string& piece : pieces) whole += piece;
  EXPECT_EQ(whole, WriteState(state).value());
}

TEST(StateFormat, DecodedValuesAreWrittenAlike) {
  const std::string text = Fixture("stock.tfstate");
  State state = ReadState(text).value();
  for (ResourceState& resource : state.resources) {
    if (resource.resource.mode == ResourceMode::kData) continue;
    for (Instance& instance : resource.instances) {
      auto object = std::make_shared<Object>(*instance.current);
      auto value = object->Decode(DataType());
      ASSERT_TRUE(value.ok()) << value.error().message();
      object->value = std::move(value).value();
      object->type = DataType();
      instance.current = std::move(object);
    }
  }
  EXPECT_EQ(WriteState(state).value(), text);
  EXPECT_TRUE(SameContent(state, ReadState(text).value()));
}

TEST(StateFormat, LooksUpAndShares) {
  const State state = ReadState(Fixture("stock.tfstate")).value();
  const ObjectPtr third = state.FindObject(At("terraform_data.two[3]"));
  ASSERT_TRUE(third);
  EXPECT_EQ(third->dependencies, state.FindObject(At("terraform_data.two[10]"))->dependencies);
  EXPECT_EQ((*third->dependencies)[0].ToString(), "terraform_data.one");
  EXPECT_TRUE(state.FindObject(At("module.m[\"a\\\"b\"].terraform_data.in")));
  EXPECT_TRUE(state.FindObject(At("data.terraform_remote_state.r")));
  EXPECT_FALSE(state.FindObject(At("terraform_data.two[11]")));
  EXPECT_FALSE(state.FindObject(At("terraform_data.none")));
  const ObjectPtr one = state.FindObject(At("terraform_data.one"));
  ASSERT_FALSE(one->sensitive_paths.empty());
  EXPECT_EQ(language::value::PathToString(one->sensitive_paths[0]), ".input.s");
}

TEST(StateFormat, EveryFieldAndUnknownKeysSurvive) {
  const std::string object =
      R"({"index_key":"a","status":"tainted","deposed":"0a1b2c3d","schema_version":3,"attributes":{"a":[1.50,{}]},)"
      R"("sensitive_attributes":[[{"type":"get_attr","value":"a"},{"type":"index","value":{"value":0,"type":"number"}}]],)"
      R"("identity_schema_version":2,"identity":{"id":"x"},)"
      R"("private":"AAEC","dependencies":["data.b.c","module.m.a.b"],"create_before_destroy":true,)"
      R"("skip_destroy":true})";
  const State state = ReadState(File(object, R"(,"later":{"k":[1]})")).value();
  const Instance& instance = state.resources[0].instances[0];
  EXPECT_FALSE(instance.current);
  const Object& deposed = *instance.deposed.at(0).second;
  EXPECT_TRUE(deposed.tainted);
  EXPECT_EQ(deposed.private_data, std::string("\0\1\2", 3));
  EXPECT_EQ(deposed.AttributesJson(), R"({"a":[1.50,{}]})");
  EXPECT_EQ(deposed.identity_json, R"({"id":"x"})");
  EXPECT_EQ(deposed.identity_version, 2);
  std::string compact;
  base::json::AppendCompact(WriteState(state).value(), &compact);
  EXPECT_THAT(compact, testing::HasSubstr(object));
  EXPECT_THAT(compact, testing::EndsWith(R"("check_results":null,"later":{"k":[1]}})"));
}

TEST(StateFormat, VersionOfAnIdentityThatIsNotThere) {
  for (const char* identity : {"", R"("identity":null,)", R"("identity":[],)"}) {
    const State state = ReadState(File(std::string("{") + identity +
                                       R"("identity_schema_version":1,"attributes":{"id":"a"}})"))
                            .value();
    EXPECT_EQ(state.resources[0].instances[0].current->identity_json, "");
  }
}

TEST(StateFormat, AncientFlatMapsAreKept) {
  const State state =
      ReadState(File(R"({"schema_version":0,"attributes_flat":{"a.#":"1","a.0":"x"}})")).value();
  const Object& object = *state.resources[0].instances[0].current;
  EXPECT_TRUE(object.flatmap);
  EXPECT_FALSE(object.Decode(Type::EmptyObject()).ok());
  EXPECT_THAT(WriteState(state).value(), testing::HasSubstr("\"attributes_flat\": {"));
}

TEST(StateFormat, SortsAsTheStockProgramDoes) {
  const State state =
      ReadState(File(R"({"index_key":"b"},{"index_key":10},{"index_key":"a"},{"index_key":9},{},)"
                     R"({"index_key":9,"deposed":"22222222"},{"index_key":9,"deposed":"11111111"})"))
          .value();
  std::vector<std::string> keys;
  for (const Instance& instance : state.resources[0].instances) keys.push_back(instance.key.ToString());
  EXPECT_THAT(keys, testing::ElementsAre("", "[9]", "[10]", "[\"a\"]", "[\"b\"]"));
  EXPECT_EQ(state.resources[0].instances[1].deposed[0].first, "11111111");
}

TEST(StateFormat, Errors) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{", "could not be parsed as JSON: syntax error at byte offset 1"},
      {"[]", "not a JSON object"},
      {"{}", "does not have a \"version\" attribute"},
      {R"({"version":"4"})", "not a positive whole number"},
      {R"({"version":5})", "format version 5, which is not supported by Terraform 1.11.4"},
      {R"({"version":3})", "format version 3, from before Terraform 0.12"},
      {R"({"serial":1,"lineage":"x","meta":{},"encrypted_data":"x","encryption_version":"v0"})",
       "says nothing of that"},
      {R"({"version":4,"serial":-1})", "\"serial\" must be a whole number"},
      {R"({"version":4,"resources":[{"mode":"other"}]})", "unsupported mode \"other\""},
      {R"({"version":4,"outputs":{"x":{"value":1}}})", "Output \"x\" lacks its value or its type"},
      {R"({"version":4,"outputs":{"x":{"value":1,"type":"nope"}}})", "invalid type"},
      {File("{},{}"), "Instance t.n has two current objects"},
      {File(R"({"deposed":"00000001"},{"deposed":"00000001"})"), "two deposed objects with the key 00000001"},
      {File(R"({"private":"***"})"), "\"private\" must be a base64 string"},
      {File(R"({"status":"odd"})"), "the status \"odd\" is unknown"},
      {File(R"({"index_key":1.5})"), "\"index_key\" must be"},
      {File(R"({"dependencies":["not an address"]})"), "invalid dependency"},
      {File(R"({"sensitive_attributes":[[{"type":"x"}]]})"), "invalid step"},
  };
  for (const auto& [text, message] : cases) {
    const auto state = ReadState(text);
    ASSERT_FALSE(state.ok()) << text;
    EXPECT_THAT(state.error().message(), testing::HasSubstr(message));
  }
  EXPECT_TRUE(ReadState("").value().Empty());
}

TEST(StateFormat, NullOutputsAreNotStored) {
  State state;
  state.outputs["n"] = {.value = Value::Null(Type::String())};
  EXPECT_THAT(WriteState(state).value(), testing::HasSubstr("\"outputs\": {}"));
  EXPECT_TRUE(SameContent(state, State()));
}

ObjectPtr MakeObject(std::string_view id) {
  auto object = std::make_shared<Object>();
  object->value = Value::Object({{"id", Value::String(id)}});
  object->type = object->value->type();
  return object;
}

TEST(StateEditor, AddsChangesAndRemovesInFileOrder) {
  StateEditor editor{State()};
  for (int i : {3, 1, 2, 10}) {
    editor.SetCurrent(At("terraform_data.b[" + std::to_string(i) + "]"), BuiltIn(), MakeObject("x"));
  }
  editor.SetCurrent(At("data.terraform_data.z"), BuiltIn(), MakeObject("x"));
  editor.SetCurrent(At("module.m.terraform_data.a"), BuiltIn(), MakeObject("x"));
  editor.SetDeposed(At("terraform_data.b[1]"), BuiltIn(), "00000002", MakeObject("d2"));
  editor.SetDeposed(At("terraform_data.b[1]"), BuiltIn(), "00000001", MakeObject("d1"));
  editor.SetCurrent(At("terraform_data.b[3]"), BuiltIn(), nullptr);
  editor.SetCurrent(At("terraform_data.gone"), BuiltIn(), nullptr);
  const State state = editor.Snapshot();
  ASSERT_EQ(state.resources.size(), 3u);
  EXPECT_EQ(state.resources[0].resource.mode, ResourceMode::kData);
  EXPECT_EQ(state.resources[1].instances.size(), 3u);
  EXPECT_EQ(state.resources[1].instances[2].key.AsInt(), 10);
  EXPECT_EQ(state.resources[1].instances[0].deposed[1].first, "00000002");
  EXPECT_TRUE(editor.Current(At("terraform_data.b[10]")));
  EXPECT_FALSE(editor.Current(At("terraform_data.b[3]")));
  const auto again = ReadState(WriteState(state).value());
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_TRUE(SameContent(*again, state));

  StateEditor emptying(state);
  for (const char* address : {"terraform_data.b[1]", "terraform_data.b[2]", "terraform_data.b[10]",
                              "data.terraform_data.z", "module.m.terraform_data.a"}) {
    emptying.SetCurrent(At(address), BuiltIn(), nullptr);
  }
  EXPECT_EQ(emptying.Snapshot().resources.size(), 1u);  // its deposed objects are left
  emptying.SetDeposed(At("terraform_data.b[1]"), BuiltIn(), "00000001", nullptr);
  emptying.SetDeposed(At("terraform_data.b[1]"), BuiltIn(), "00000002", nullptr);
  EXPECT_TRUE(emptying.Snapshot().Empty());
}

}  // namespace
}  // namespace engine::state
