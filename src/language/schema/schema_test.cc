#include "language/schema/schema.h"

#include <gtest/gtest.h>

#include "language/schema/proposed.h"
#include "language/value/codec.h"

namespace language::schema {
namespace {

using value::kSensitive;
using value::Path;
using value::PathToString;
using value::Type;
using value::Value;

Attribute Plain(std::string name, Type type = Type::String()) {
  return {.name = std::move(name), .type = type, .optional = true};
}
Attribute Computed(std::string name, bool optional = false) {
  return {.name = std::move(name), .type = Type::String(), .optional = optional, .computed = true};
}
Attribute Nested(std::string name, Nesting nesting, std::vector<Attribute> attributes,
                 bool computed = false) {
  return {.name = std::move(name),
          .nested = std::make_shared<NestedType>(NestedType{nesting, std::move(attributes)}),
          .optional = true,
          .computed = computed};
}
NestedBlock Blocks(std::string name, Nesting nesting, std::vector<Attribute> attributes) {
  auto block = std::make_shared<Block>();
  block->attributes = std::move(attributes);
  block->Finish();
  return {.type_name = std::move(name), .nesting = nesting, .block = std::move(block)};
}
Block Make(std::vector<Attribute> attributes, std::vector<NestedBlock> blocks = {}) {
  Block block;
  block.attributes = std::move(attributes);
  block.blocks = std::move(blocks);
  block.Finish();
  return block;
}

// A value of the block from JSON; "?" stands for an unknown of the place's type.
Value Of(const Block& block, std::string_view json) {
  auto read = value::FromJson(json, block.implied_type());
  EXPECT_TRUE(read.ok()) << json << (read.ok() ? "" : read.error().message());
  return read->Transform([](const Path&, const Value& part) {
    bool unknown = part.IsKnownNotNull() && part.type().IsString() && part.AsString() == "?";
    return unknown ? Value::Unknown(Type::String()) : part;
  });
}

std::string Text(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += PathToString(problem.path) + ": " + problem.message + "\n";
  return out;
}

TEST(Schema, ImpliedTypesAndEmptyValues) {
  Block block =
      Make({Plain("z"), Plain("a", Type::Number()), Nested("n", Nesting::kList, {Plain("x")})},
           {Blocks("group", Nesting::kGroup, {Plain("x")}), Blocks("list", Nesting::kList, {Plain("x")}),
            Blocks("map", Nesting::kMap, {Plain("x")}), Blocks("set", Nesting::kSet, {Plain("x")}),
            Blocks("single", Nesting::kSingle, {Plain("x")}),
            Blocks("any", Nesting::kList, {Plain("x", Type::Dynamic())})});
  EXPECT_EQ(block.implied_type().ToJson(),
            R"(["object",{"a":"number","any":"dynamic","group":["object",{"x":"string"}],)"
            R"("list":["list",["object",{"x":"string"}]],"map":["map",["object",{"x":"string"}]],)"
            R"("n":["list",["object",{"x":"string"}]],"set":["set",["object",{"x":"string"}]],)"
            R"("single":["object",{"x":"string"}],"z":"string"}])");
  Value empty = block.EmptyValue();
  EXPECT_EQ(empty.Get("any").GoString(), "cty.EmptyTupleVal");
  EXPECT_TRUE(empty.Get("group").Get("x").IsNull());
  EXPECT_TRUE(empty.Get("single").IsNull());
  EXPECT_EQ(empty.Get("set").Length(), 0u);
  EXPECT_NE(block.FindAttribute("a"), nullptr);
  EXPECT_EQ(block.FindAttribute("list"), nullptr);
  EXPECT_NE(block.FindBlock("list"), nullptr);
}

TEST(Schema, SensitiveAndWriteOnly) {
  Attribute secret = Plain("secret");
  secret.sensitive = true;
  Attribute gone = Plain("gone");
  gone.write_only = true;
  Block block = Make({Plain("a"), secret, Nested("n", Nesting::kMap, {secret, gone})},
                     {Blocks("list", Nesting::kList, {secret, Plain("x")}),
                      Blocks("set", Nesting::kSet, {secret}), Blocks("plain", Nesting::kList, {Plain("x")})});
  EXPECT_TRUE(block.ContainsSensitive() && block.ContainsWriteOnly());
  Value value = Of(block, R"({"a":"1","n":{"k":{"secret":"s","gone":"g"}},"list":[{"secret":"s","x":"y"}],)"
                          R"("set":[{"secret":"s"}],"plain":[{"x":"y"}]})");
  std::string paths;
  for (const Path& path : SensitivePaths(block, value)) paths += PathToString(path) + "\n";
  EXPECT_EQ(paths, ".n[\"k\"].secret\n.secret\n.list[0].secret\n.set\n");
  Value marked = MarkSensitive(block, value);
  std::vector<std::pair<Path, value::Marks>> marks;
  EXPECT_TRUE(marked.UnmarkedDeep(&marks).RawEquals(value));
  std::string marked_paths;
  for (const auto& [path, mark] : marks) marked_paths += PathToString(path) + "\n";
  EXPECT_EQ(marked_paths, ".list[0].secret\n.n[\"k\"].secret\n.secret\n.set\n");
  EXPECT_TRUE(marked.Get("plain").SameNode(value.Get("plain")));
  Value without = WithoutWriteOnly(block, marked);
  EXPECT_TRUE(without.Get("n").Find("k")->Get("gone").IsNull());
  EXPECT_TRUE(without.Get("n").Find("k")->Get("secret").IsMarked(kSensitive));
  EXPECT_TRUE(without.Get("list").SameNode(marked.Get("list")));
}

struct ProposedCase {
  const char* what;
  Block block;
  const char* prior;  // null: creation
  const char* config;
  const char* proposed;
};

TEST(ProposedNew, Cases) {
  Block flat = Make({Plain("a"), Computed("id"), Computed("both", true)});
  Block list = Make({}, {Blocks("b", Nesting::kList, {Plain("a"), Computed("id")})});
  Block set = Make({}, {Blocks("b", Nesting::kSet, {Plain("a"), Computed("id")})});
  Block plain_set = Make({}, {Blocks("b", Nesting::kSet, {Plain("a")})});
  Block nested = Make({Nested("n", Nesting::kSingle, {Plain("a"), Computed("id")}, true)});
  Block map = Make({Nested("n", Nesting::kMap, {Plain("a"), Computed("id")})});
  for (const ProposedCase& c : std::initializer_list<ProposedCase>{
           {"creation leaves computed to null", flat, nullptr, R"({"a":"x"})",
            R"({"a":"x","both":null,"id":null})"},
           {"computed is kept", flat, R"({"a":"x","id":"1","both":"2"})", R"({"a":"y"})",
            R"({"a":"y","both":"2","id":"1"})"},
           {"configured wins", flat, R"({"a":"x","id":"1","both":"2"})", R"({"both":"3"})",
            R"({"a":null,"both":"3","id":"1"})"},
           {"list by index", list, R"({"b":[{"a":"x","id":"1"}]})", R"({"b":[{"a":"y"},{"a":"z"}]})",
            R"({"b":[{"a":"y","id":"1"},{"a":"z","id":null}]})"},
           {"set by what is configured", set, R"({"b":[{"a":"x","id":"1"},{"a":"y","id":"2"}]})",
            R"({"b":[{"a":"y"},{"a":"z"}]})", R"({"b":[{"a":"y","id":"2"},{"a":"z","id":null}]})"},
           {"set without computed", plain_set, R"({"b":[{"a":"x"}]})", R"({"b":[{"a":"y"},{"a":"x"}]})",
            R"({"b":[{"a":"x"},{"a":"y"}]})"},
           {"removed nested attribute", nested, R"({"n":{"a":"x","id":"1"}})", R"({})", R"({"n":null})"},
           {"computed nested attribute", nested, R"({"n":{"id":"1"}})", R"({})",
            R"({"n":{"a":null,"id":"1"}})"},
           {"nested attribute", nested, R"({"n":{"a":"x","id":"1"}})", R"({"n":{"a":"y"}})",
            R"({"n":{"a":"y","id":"1"}})"},
           {"map by key", map, R"({"n":{"k":{"a":"x","id":"1"}}})", R"({"n":{"k":{"a":"y"},"l":{}}})",
            R"({"n":{"k":{"a":"y","id":"1"},"l":{"a":null,"id":null}}})"},
       }) {
    Value prior = c.prior == nullptr ? Value::Null(c.block.implied_type()) : Of(c.block, c.prior);
    Value proposed = ProposedNew(c.block, prior, Of(c.block, c.config));
    EXPECT_TRUE(proposed.RawEquals(Of(c.block, c.proposed))) << c.what << ": " << proposed.GoString();
  }
}

TEST(ProposedNew, DataIsUnknownWhereComputed) {
  Block block =
      Make({Plain("a"), Computed("id"), Nested("n", Nesting::kSingle, {Plain("a"), Computed("id")})},
           {Blocks("b", Nesting::kList, {Plain("a"), Computed("id")})});
  Value planned = PlannedDataObject(block, Of(block, R"({"a":"x","n":{"a":"y"},"b":[{"a":"z"}]})"));
  EXPECT_EQ(planned.GoString(),
            Of(block, R"({"a":"x","id":"?","n":{"a":"y","id":"?"},"b":[{"a":"z","id":"?"}]})").GoString());
}

struct CheckCase {
  const char* prior;
  const char* config;
  const char* planned;
  const char* problems;
};

TEST(PlanValid, Cases) {
  Attribute secret = Plain("secret");
  secret.sensitive = true;
  Attribute gone = Plain("gone");
  gone.write_only = true;
  Block block = Make({Plain("a"), Computed("id"), Computed("both", true), secret, gone,
                      Nested("n", Nesting::kList, {Plain("a"), Computed("id")})},
                     {Blocks("b", Nesting::kList, {Plain("a"), Computed("id")})});
  for (const CheckCase& c : std::initializer_list<CheckCase>{
           {"{}", R"({"a":"x"})", R"({"a":"x","id":"?","both":"?"})", ""},
           {R"({"a":"old"})", R"({"a":"x"})", R"({"a":"old"})", ""},
           {"{}", R"({"a":"x"})", R"({"a":"y"})",
            ".a: planned value cty.StringVal(\"y\") does not match config value cty.StringVal(\"x\")\n"},
           {R"({"a":"old"})", R"({"a":"x"})", R"({"a":"?"})",
            ".a: planned value cty.UnknownVal(cty.String) does not match config value cty.StringVal(\"x\") "
            "nor prior value cty.StringVal(\"old\")\n"},
           {"{}", R"({})", R"({"a":"y"})",
            ".a: planned value cty.StringVal(\"y\") for a non-computed attribute\n"},
           {"{}", R"({})", R"({"secret":"y"})",
            ".secret: sensitive planned value for a non-computed attribute\n"},
           {"{}", R"({"secret":"x"})", R"({"secret":"y"})",
            ".secret: sensitive planned value does not match config value\n"},
           {"{}", R"({"gone":"x"})", R"({})", ""},
           {"{}", R"({"gone":"x"})", R"({"gone":"y"})",
            ".gone: planned value for write-only attribute is not null\n"},
           {"{}", R"({"n":[{"a":"x"}]})", R"({"n":[{"a":"x","id":"1"}]})", ""},
           {"{}", R"({"n":[{"a":"x"}]})", R"({"n":[{"a":"y","id":"1"}]})",
            ".n[0].a: planned value cty.StringVal(\"y\") does not match config value cty.StringVal(\"x\")\n"},
           {"{}", R"({"n":[{"a":"x"}]})", R"({"n":[]})",
            ".n: count in plan (cty.NumberIntVal(0)) disagrees with count in config (cty.NumberIntVal(1))\n"},
           {"{}", R"({"n":[]})", R"({})", ".n: planned for absence but config wants existence\n"},
           {"{}", R"({"b":[{"a":"x"}]})", R"({"b":[]})",
            ".b: block count in plan (0) disagrees with count in config (1)\n"},
           {"{}", R"({"b":[{"a":"x"}]})", R"({"b":[{"a":"x","id":"?"}]})", ""},
           {"{}", R"({"b":[]})", R"({"b":null})",
            ".b: attribute representing a list of nested blocks must be empty to indicate no blocks, not "
            "null\n"},
       }) {
    auto of = [&](const char* json) {
      Value value = Of(block, json);
      bool keep_null = std::string_view(json).find("\"b\":null") != std::string_view::npos;
      return keep_null ? value : NormalizeLegacy(block, value);
    };
    EXPECT_EQ(Text(CheckPlanValid(block, of(c.prior), of(c.config), of(c.planned))), c.problems) << c.planned;
  }
  Value null = Value::Null(block.implied_type());
  EXPECT_EQ(Text(CheckPlanValid(block, null, Of(block, "{}"), null)),
            ": planned for absence but config wants existence\n");
}

TEST(Compatible, Cases) {
  Attribute secret = Plain("secret");
  secret.sensitive = true;
  Block block = Make({Plain("a"), secret, Plain("l", Type::List(Type::String())),
                      Plain("s", Type::Set(Type::String())), Plain("m", Type::Map(Type::String()))},
                     {Blocks("b", Nesting::kList, {Plain("a")}),
                      Blocks("set", Nesting::kSet, {Plain("a"), Computed("id")})});
  struct Case {
    const char* planned;
    const char* actual;
    const char* problems;
  };
  for (const Case& c : std::initializer_list<Case>{
           {R"({"a":"?","s":["?","x"]})", R"({"a":"1","s":["x","y"]})", ""},
           {R"({"a":"x"})", R"({"a":"y"})", ".a: was cty.StringVal(\"x\"), but now cty.StringVal(\"y\")\n"},
           {R"({"a":"x"})", R"({})", ".a: was cty.StringVal(\"x\"), but now null\n"},
           {R"({})", R"({"a":"x"})", ".a: was null, but now cty.StringVal(\"x\")\n"},
           {R"({"a":"x"})", R"({"a":"?"})", ".a: was known, but now unknown\n"},
           {R"({"secret":"x"})", R"({"secret":"y"})",
            ".secret: inconsistent values for sensitive attribute\n"},
           {R"({"l":["x","?"]})", R"({"l":["x"]})", ".l: element 1 has vanished\n"},
           {R"({"l":["x"]})", R"({"l":["x","y"]})", ".l: new element 1 has appeared\n"},
           {R"({"m":{"k":"x"}})", R"({"m":{"l":"x"}})",
            ".m: element \"k\" has vanished\n.m: new element \"l\" has appeared\n"},
           {R"({"s":["x"]})", R"({"s":["y"]})",
            ".s: planned set element cty.StringVal(\"x\") does not correlate with any element in actual\n"},
           {R"({"s":["x"]})", R"({"s":["x","y"]})",
            ".s: actual set element cty.StringVal(\"y\") does not correlate with any element in plan\n"
            ".s: length changed from 1 to 2\n"},
           {R"({"s":["?"]})", R"({"s":["x","y"]})", ".s: length changed from 1 to 2\n"},
           {R"({"b":[{"a":"x"}]})", R"({"b":[]})", ".b: block count changed from 1 to 0\n"},
           {R"({"b":[{"a":"x"}]})", R"({"b":[{"a":"y"}]})",
            ".b[0].a: was cty.StringVal(\"x\"), but now cty.StringVal(\"y\")\n"},
           {R"({"set":[{"a":"x","id":"?"}]})", R"({"set":[{"a":"x","id":"1"}]})", ""},
           {R"({"set":[{"a":"x","id":"?"}]})", R"({"set":[{"a":"y","id":"1"}]})",
            ".set: planned set element cty.ObjectVal(map[string]cty.Value{\"a\":cty.StringVal(\"x\"), "
            "\"id\":cty.UnknownVal(cty.String)}) does not correlate with any element in actual\n"},
       }) {
    EXPECT_EQ(Text(CheckCompatible(block, Of(block, c.planned), Of(block, c.actual))), c.problems)
        << c.planned;
  }
  Value null = Value::Null(block.implied_type());
  EXPECT_EQ(Text(CheckCompatible(block, Of(block, "{}"), null)),
            ": Root object was present, but now absent\n");
  EXPECT_EQ(Text(CheckCompatible(block, null, Of(block, "{}"))),
            ": Root object was absent, but now present\n");
  Block one = Make({Plain("a")});
  Value prefixed =
      Value::ObjectOf(one.implied_type(), {Value::Unknown(Type::String(), {.string_prefix = "p-"})});
  EXPECT_EQ(Text(CheckCompatible(one, prefixed, Of(one, R"({"a":"q"})"))),
            ".a: final value cty.StringVal(\"q\") does not conform to planning placeholder "
            "cty.UnknownVal(cty.String).Refine().StringPrefixFull(\"p-\").NewValue()\n");
  EXPECT_EQ(Text(CheckCompatible(one, prefixed, Of(one, R"({"a":"p-1"})"))), "");
}

TEST(Compatible, LargeSetsAreNotQuadratic) {
  Block block = Make({Plain("s", Type::Set(Type::String()))});
  std::vector<Value> planned, actual;
  for (int i = 0; i < 100'000; ++i) {
    planned.push_back(Value::String("planned " + std::to_string(i)));
    actual.push_back(Value::String("actual " + std::to_string(i)));
  }
  auto object = [&](std::vector<Value> values) {
    return Value::ObjectOf(block.implied_type(), {Value::Set(Type::String(), std::move(values))});
  };
  EXPECT_EQ(CheckCompatible(block, object(planned), object(actual)).size(), 100'000u);
}

TEST(Conforms, Cases) {
  Type want =
      Type::Object({{"a", Type::String()}, {"b", Type::List(Type::Number())}, {"c", Type::Dynamic()}});
  EXPECT_EQ(Text(CheckConforms(want, Value::Object({{"a", Value::String("x")}, {"d", Value::Int(1)}}))),
            ": unsupported attribute \"d\"\n: missing required attribute \"b\"\n: missing required attribute "
            "\"c\"\n");
  EXPECT_EQ(
      Text(CheckConforms(want, Value::Object({{"a", Value::Int(1)},
                                              {"b", Value::List(Type::String(), {})},
                                              {"c", Value::EmptyTuple()}}))),
      ".a: string required, but received number\n.b[(unknown)]: number required, but received string\n");
}

TEST(Normalize, LegacyBlocks) {
  Block block =
      Make({Plain("a")},
           {Blocks("group", Nesting::kGroup, {Plain("x")}), Blocks("list", Nesting::kList, {Plain("x")}),
            Blocks("map", Nesting::kMap, {Plain("x")}), Blocks("set", Nesting::kSet, {Plain("x")}),
            Blocks("single", Nesting::kSingle, {Plain("x")})});
  Value nulls = Of(block, R"({"a":"x"})");
  Value normal = NormalizeLegacy(block, nulls);
  EXPECT_EQ(normal.Get("list").GoString(),
            "cty.ListValEmpty(cty.Object(map[string]cty.Type{\"x\":cty.String}))");
  EXPECT_EQ(normal.Get("set").Length(), 0u);
  EXPECT_TRUE(normal.Get("group").Get("x").IsNull());
  EXPECT_TRUE(normal.Get("single").IsNull() && normal.Get("map").IsNull());
  EXPECT_TRUE(NormalizeLegacy(block, normal).SameNode(normal));
  std::vector<Value> unknown;
  for (const auto& attribute : block.implied_type().attributes())
    unknown.push_back(Value::Unknown(attribute.type));
  Value stubs = NormalizeLegacy(block, Value::ObjectOf(block.implied_type(), std::move(unknown)));
  EXPECT_TRUE(stubs.Get("list").ElementAt(0).Get("x").IsUnknown());
  EXPECT_TRUE(stubs.Get("set").ElementAt(0).Get("x").IsUnknown());
  EXPECT_TRUE(stubs.Get("single").IsKnown() && stubs.Get("single").Get("x").IsUnknown());
  EXPECT_TRUE(stubs.Get("map").IsUnknown());
}

}  // namespace
}  // namespace language::schema
