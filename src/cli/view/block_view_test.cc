// Pictures of schemas that the built-in provider does not have: nested blocks and attributes, sensitive and
// write-only ones, old schemas. Goldens in testdata/blocks, checked by hand against the rules;
// UPDATE_GOLDEN=1 accepts what is drawn.
#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/view/golden_test_support.h"
#include "cli/view/plan_view.h"
#include "cli/view/value_render.h"
#include "language/value/codec.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::changes::ResourceChange;
using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::NestedType;
using language::schema::Nesting;
using language::value::Path;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;

std::shared_ptr<const Block> MakeBlock(std::vector<Attribute> attributes,
                                       std::vector<NestedBlock> blocks = {}) {
  auto block = std::make_shared<Block>();
  block->attributes = std::move(attributes);
  block->blocks = std::move(blocks);
  block->Finish();
  return block;
}

Attribute Text(std::string name) {
  return {.name = std::move(name), .type = Type::String(), .optional = true};
}
Attribute Of(std::string name, Type type) {
  return {.name = std::move(name), .type = type, .optional = true};
}
Attribute Secret(std::string name) {
  return {.name = std::move(name), .type = Type::String(), .optional = true, .sensitive = true};
}
Attribute Nested(std::string name, Nesting nesting, std::vector<Attribute> attributes) {
  auto nested = std::make_shared<NestedType>();
  nested->nesting = nesting;
  nested->attributes = std::move(attributes);
  std::ranges::sort(nested->attributes, {}, &Attribute::name);
  return {.name = std::move(name),
          .type = language::schema::ImpliedType(*nested),
          .nested = nested,
          .optional = true};
}

// Texts "?" are unknown.
Value Json(const Block& block, std::string_view json) {
  auto value = language::value::FromJson(json, block.implied_type());
  EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.error().message());
  if (!value.ok()) return Value();
  return value->Transform([](const Path&, const Value& part) {
    const bool unknown = part.IsKnownNotNull() && part.type().IsString() && part.AsString() == "?";
    return unknown ? Value::Unknown(Type::String()) : part;
  });
}

Value WithPart(const Value& object, const std::string& name, const Value& part) {
  return object.Transform([&](const Path& path, const Value& value) {
    return path.size() == 1 && path[0].IsAttribute() && path[0].attribute == name ? part : value;
  });
}

std::string Draw(const Block& block, const Value& before, const Value& after,
                 std::vector<Path> replace = {}) {
  ResourceChange change;
  change.address = *language::address::ParseResourceInstance("test_thing.a");
  change.before = before;
  change.after = after;
  change.action = before.IsNull() ? Action::kCreate : after.IsNull() ? Action::kDelete : Action::kUpdate;
  if (!replace.empty()) change.action = Action::kDeleteThenCreate;
  change.replace_paths = std::move(replace);
  return RenderResourceChange(change, block, {.color = false}) + "\n";
}

Path At(std::string name) { return {PathStep::Attribute(std::move(name))}; }

void ExpectGolden(const std::string& name, const std::string& drawn) {
  const std::string path = TestdataPath("blocks/" + name + ".txt");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(base::core::WriteFile(path, drawn, 0644).ok());
  }
  auto golden = base::core::ReadFile(path);
  ASSERT_TRUE(golden.ok()) << path;
  EXPECT_EQ(drawn, *golden) << name;
}

// Creation, every change of `after`s in turn, deletion.
std::string DrawLife(const Block& block, std::vector<std::string_view> values) {
  Value before;
  std::string out;
  for (std::string_view json : values) {
    Value after = Json(block, json);
    out += Draw(block, before, after) + "\n";
    before = after.IsWhollyKnown() ? after : before;
  }
  return out + Draw(block, before, Value());
}

TEST(BlockView, NestedBlocks) {
  const auto inner = MakeBlock({Text("key"), Text("value")});
  const auto block = MakeBlock({Text("id"), Text("text")},
                               {{.type_name = "list_block", .nesting = Nesting::kList, .block = inner},
                                {.type_name = "set_block", .nesting = Nesting::kSet, .block = inner},
                                {.type_name = "map_block", .nesting = Nesting::kMap, .block = inner},
                                {.type_name = "single", .nesting = Nesting::kSingle, .block = inner}});
  ExpectGolden(
      "nested_blocks",
      DrawLife(
          *block,
          {R"({"id":"i","text":"t","list_block":[{"key":"a","value":"1"},{"key":"b"}],"set_block":[{"key":"a"},{"key":"b"}],
                    "map_block":{"m":{"key":"k"},"n n":{}},"single":{"key":"s"}})",
           R"({"id":"i","text":"t","list_block":[{"key":"a","value":"2"},{"key":"b"},{"key":"c"}],
                    "set_block":[{"key":"a"},{"key":"c"}],"map_block":{"m":{"key":"x"},"o":{}},"single":{"key":"s"}})",
           R"({"id":"i","text":"u","list_block":[{"key":"a","value":"2"}],"set_block":[{"key":"a"},{"key":"?"}],"map_block":{},
                    "single":null})"}));
}

TEST(BlockView, BlocksInBlocks) {
  const auto leaf = MakeBlock({Text("name"), Text("other")});
  const auto middle = MakeBlock({}, {{.type_name = "leaf", .nesting = Nesting::kList, .block = leaf}});
  const auto block =
      MakeBlock({Text("id")}, {{.type_name = "middle", .nesting = Nesting::kList, .block = middle},
                               {.type_name = "same", .nesting = Nesting::kList, .block = leaf}});
  ExpectGolden(
      "blocks_in_blocks",
      DrawLife(
          *block,
          {R"({"id":"i","middle":[{"leaf":[{"name":"n","other":"o"}]},{}],"same":[{"name":"s"},{"name":"t"}]})",
           R"({"id":"i","middle":[{"leaf":[{"name":"n","other":"p"},{}]},{}],"same":[{"name":"s"},{"name":"t"}]})"}));
}

TEST(BlockView, NestedAttributes) {
  const std::vector<Attribute> parts = {Text("key"), Text("value"), Of("tags", Type::Map(Type::String()))};
  const auto block =
      MakeBlock({Text("id"), Nested("list", Nesting::kList, parts), Nested("map", Nesting::kMap, parts),
                 Nested("set", Nesting::kSet, parts), Nested("single", Nesting::kSingle, parts)});
  ExpectGolden(
      "nested_attributes",
      DrawLife(
          *block,
          {R"({"id":"i","list":[{"key":"a"},{"key":"b"},{"key":"c"}],"map":{"k":{"key":"a"},"longer":{"key":"b"}},
                            "set":[{"key":"a"},{"key":"b"}],"single":{"key":"a","value":"v","tags":{"x":"y"}}})",
           R"({"id":"i","list":[{"key":"a"},{"key":"B"},{"key":"c"}],"map":{"k":{"key":"A"},"longer":{"key":"b"}},
                            "set":[{"key":"a"},{"key":"c"}],"single":{"key":"A","value":"v","tags":{"x":"y"}}})",
           R"({"id":"i","list":[{"key":"?"}],"map":{},"set":[{"key":"?"}],"single":null})"}));
}

TEST(BlockView, NestedAttributesThatForceReplacement) {
  const std::vector<Attribute> parts = {Text("key")};
  const auto block = MakeBlock(
      {Text("id"), Nested("list", Nesting::kList, parts), Nested("map", Nesting::kMap, parts),
       Nested("set", Nesting::kSet, parts), Nested("single", Nesting::kSingle, parts), Text("text")},
      {{.type_name = "part", .nesting = Nesting::kList, .block = MakeBlock(parts)}});
  const Value before =
      Json(*block, R"({"id":"i","list":[{"key":"a"}],"map":{"k":{"key":"a"}},"set":[{"key":"a"}],
                                       "single":{"key":"a"},"text":"a","part":[{"key":"a"}]})");
  const Value after =
      Json(*block, R"({"id":"?","list":[{"key":"b"}],"map":{"k":{"key":"b"}},"set":[{"key":"b"}],
                                      "single":{"key":"b"},"text":"b","part":[{"key":"b"}]})");
  Path key = At("single");
  key.push_back(PathStep::Attribute("key"));
  Path element = At("list");
  element.push_back(PathStep::Index(Value::Int(0)));
  element.push_back(PathStep::Attribute("key"));
  ExpectGolden(
      "forces_replacement",
      Draw(*block, before, after, {At("list"), At("map"), At("set"), At("single"), At("text"), At("part")}) +
          "\n" + Draw(*block, before, after, {key, element}));
}

TEST(BlockView, Collections) {
  const Type object = Type::Object({{"a", Type::String()}, {"b", Type::Number()}});
  const auto block = MakeBlock({Text("id"), Of("list", Type::List(object)), Of("map", Type::Map(object)),
                                Of("numbers", Type::Set(Type::Number())), Of("object", object),
                                Of("tuple", Type::Tuple({Type::String(), Type::Bool()}))});
  const Value known = Json(
      *block,
      R"({"id":"i","list":[{"a":"x","b":1},{"a":"y","b":2}],"map":{"k":{"a":"x","b":1},"l":{"a":"y","b":2}},
                                      "numbers":[1,2,3],"object":{"a":"x","b":1},"tuple":["s",true]})");
  Value unknown = known;
  for (const char* name : {"list", "map", "numbers", "object", "tuple"}) {
    unknown = WithPart(unknown, name, Value::Unknown(known.Get(name).type()));
  }
  ExpectGolden(
      "collections",
      DrawLife(
          *block,
          {R"({"id":"i","list":[{"a":"x","b":1},{"a":"y","b":2}],"map":{"k":{"a":"x","b":1},"l":{"a":"y","b":2}},
                                     "numbers":[1,2,3],"object":{"a":"x","b":1},"tuple":["s",true]})",
           R"({"id":"i","list":[{"a":"x","b":2},{"a":"y","b":2}],"map":{"k":{"a":"x","b":3},"m":{"a":"?","b":2}},
                                     "numbers":[1,3,4],"object":{"a":"x","b":null},"tuple":["s",false]})"}) +
          "\n" + Draw(*block, known, unknown) + "\n" + Draw(*block, Value(), unknown));
}

TEST(BlockView, Sensitive) {
  const auto inner = MakeBlock({Text("open"), Secret("password")});
  const auto block = MakeBlock({Text("id"), Secret("password"), Text("text")},
                               {{.type_name = "login", .nesting = Nesting::kList, .block = inner}});
  const Value before =
      Json(*block, R"({"id":"i","password":"p","text":"t","login":[{"open":"o","password":"q"}]})");
  const Value after =
      Json(*block, R"({"id":"i","password":"r","text":"t","login":[{"open":"o","password":"q2"}]})");
  const Value marked = WithPart(after, "login", after.Get("login").WithMarks(language::value::kSensitive));
  const Value text_marked =
      WithPart(before, "text", before.Get("text").WithMarks(language::value::kSensitive));
  std::string drawn;
  for (const std::string& part :
       {Draw(*block, Value(), before), Draw(*block, before, after), Draw(*block, before, Value()),
        Draw(*block, before, marked), Draw(*block, marked, before), Draw(*block, before, text_marked),
        Draw(*block, text_marked, before)}) {
    EXPECT_EQ(part.find("\"p\""), std::string::npos);
    drawn += part + "\n";
  }
  ExpectGolden("sensitive", drawn);
}

TEST(BlockView, WriteOnly) {
  Attribute plain = Text("token");
  plain.write_only = true;
  Attribute secret = Secret("secret_token");
  secret.write_only = true;
  const auto block = MakeBlock({Text("id"), plain, secret, Text("version")});
  ExpectGolden("write_only",
               DrawLife(*block, {R"({"id":"i","version":"1"})", R"({"id":"i","version":"2"})"}));
}

TEST(BlockView, EmptyTextIsNullInOldSchemasOnly) {
  const auto old_block = MakeBlock({Text("id"), Text("text"), Text("other")});
  const auto new_block = MakeBlock({Text("id"), Text("text"), Text("other"), Of("any", Type::Dynamic())});
  std::string drawn;
  for (const auto& block : {old_block, new_block}) {
    const Value empty = Json(*block, R"({"id":"i","text":"","other":null})");
    const Value full = Json(*block, R"({"id":"i","text":null,"other":"x"})");
    drawn += Draw(*block, Value(), empty) + "\n" + Draw(*block, empty, full) + "\n" +
             Draw(*block, full, empty) + "\n";
  }
  ExpectGolden("old_schema", drawn);
}

TEST(BlockView, UnknownBlocks) {
  const auto inner = MakeBlock({Text("key")});
  const auto block =
      MakeBlock({Text("id")}, {{.type_name = "part", .nesting = Nesting::kList, .block = inner}});
  const Value before = Json(*block, R"({"id":"i","part":[{"key":"a"}]})");
  const Value none = Json(*block, R"({"id":"i","part":[]})");
  const Value unknown = WithPart(before, "part", Value::Unknown(before.Get("part").type()));
  ExpectGolden("unknown_blocks", Draw(*block, Value(), unknown) + "\n" + Draw(*block, none, unknown) + "\n" +
                                     Draw(*block, before, unknown));
}

TEST(PlanView, DriftOfWhatMatters) {
  const BuiltinSchemas schemas;
  engine::changes::Plan plan;
  auto object = [](std::string_view input, std::string_view output) {
    return Value::Object({{"id", Value::String("i")},
                          {"input", Value::String(input)},
                          {"output", Value::String(output)},
                          {"triggers_replace", Value()}});
  };
  engine::changes::Drift drift;
  drift.address = *language::address::ParseResourceInstance("terraform_data.a");
  drift.before = object("x", "x");
  drift.after = object("y", "z");
  plan.drift.push_back(drift);
  drift.address = *language::address::ParseResourceInstance("terraform_data.gone");
  drift.action = Action::kDelete;
  drift.after = Value();
  plan.drift.push_back(drift);
  const auto draw = [&] { return RenderPlan(plan, schemas.Lookup(), {.color = false}) + "----\n"; };
  // Nothing changes, so nobody is told of drift.
  std::string drawn = draw();
  plan.relevant_attributes = {{plan.drift[0].address, {language::value::PathStep::Attribute("output")}}};
  plan.outputs = {{.name = "o", .action = Action::kUpdate, .before = Value::Int(1), .after = Value::Int(2)}};
  drawn += draw();
  plan.outputs.clear();
  plan.mode = engine::changes::Mode::kRefreshOnly;
  drawn += draw();
  ExpectGolden("drift", drawn);
}

TEST(PlanView, UnknownSchema) {
  ResourceChange change;
  change.address = *language::address::ParseResourceInstance("other_thing.a");
  change.action = Action::kCreate;
  change.after = Value::Object({{"a", Value::Int(1)}, {"b", Value::Tuple({Value::True()})}});
  engine::changes::Plan plan;
  plan.resources.push_back(change);
  const std::string drawn =
      RenderPlan(plan, [](const auto&, const auto&) { return nullptr; }, {.color = false});
  EXPECT_NE(drawn.find("  + resource \"other_thing\" \"a\" {\n      + a = 1\n      + b = [\n          + "
                       "true,\n        ]\n    }\n"),
            std::string::npos)
      << drawn;
}

TEST(PlanView, ReasonsThatNoRecordedPlanHas) {
  struct Case {
    Action action;
    engine::changes::ActionReason reason;
    std::string_view deposed;
    std::string_view line;
  };
  using engine::changes::ActionReason;
  const Case cases[] = {
      {Action::kRead, ActionReason::kReadBecauseConfigUnknown, "",
       "  # (config refers to values not yet known)\n"},
      {Action::kDelete, ActionReason::kNone, "0a1b2c3d",
       "  # terraform_data.a (deposed object 0a1b2c3d) will be destroyed\n"
       "  # (left over from a partially-failed replacement of this instance)\n"},
      {Action::kDeleteThenCreate, ActionReason::kReplaceBecauseTainted, "",
       "  # terraform_data.a is tainted, so must be replaced\n"},
  };
  for (const Case& c : cases) {
    ResourceChange change;
    change.address = *language::address::ParseResourceInstance("terraform_data.a");
    change.action = c.action;
    change.reason = c.reason;
    change.deposed = c.deposed;
    const std::string drawn = RenderResourceChange(change, *MakeBlock({}), {.color = false});
    EXPECT_NE(drawn.find(c.line), std::string::npos) << drawn;
  }
}

}  // namespace
}  // namespace cli::view
