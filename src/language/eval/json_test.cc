// Bodies and values in JSON syntax by a provider's schema, and bodies with an override over them.
#include <gtest/gtest.h>

#include "language/eval/evaluate.h"
#include "language/eval/render.h"
#include "language/hcl/content.h"
#include "language/hcl/parser.h"

namespace language::eval {
namespace {

using schema::Nesting;
using value::Type;
using value::Value;

schema::Attribute MakeAttribute(std::string name, Type type, bool required = false) {
  schema::Attribute attribute;
  attribute.name = std::move(name);
  attribute.type = type;
  attribute.required = required;
  attribute.optional = !required;
  return attribute;
}

schema::Block TestSchema() {
  auto inner = std::make_shared<schema::Block>();
  inner->attributes = {MakeAttribute("name", Type::String(), true)};
  inner->Finish();
  schema::Block block;
  block.attributes = {
      MakeAttribute("label", Type::String(), true), MakeAttribute("tags", Type::Map(Type::String())),
      MakeAttribute("any", Type::Dynamic()),
      MakeAttribute("rules", Type::List(Type::Object({{"a", Type::String()}, {"b", Type::Number()}})))};
  block.blocks = {{"item", Nesting::kList, inner, 0, 3},
                  {"only", Nesting::kSingle, inner, 0, 1},
                  {"keyed", Nesting::kMap, inner, 0, 0}};
  block.Finish();
  return block;
}

class Json : public testing::Test {
 protected:
  Value Decode(const hcl::BodyRef& body) {
    scope_.Set("names", Value::List(Type::String(), {Value::String("x"), Value::String("y")}));
    constexpr std::string_view kAttributes[] = {"count"}, kBlocks[] = {"lifecycle"};
    return DecodeBody(*body.file, *body.body, TestSchema(), scope_, kAttributes, kBlocks, diagnostics_);
  }
  Value DecodeText(const std::string& text) {
    const hcl::FilePtr file = hcl::ParseJsonConfig("a.tf.json", text, diagnostics_);
    return Decode({file, &file->body()});
  }
  std::string Problems() const {
    std::string out;
    for (const auto& item : diagnostics_.items()) {
      out += item.subject->filename + ":" + std::to_string(item.subject->start.line) + ":" +
             std::to_string(item.subject->start.column) + " " + item.summary + "\n";
    }
    return out;
  }

  const functions::Environment environment_;
  LocalScope scope_{nullptr, environment_};
  base::diag::Diagnostics diagnostics_;
};

TEST_F(Json, AttributesBlocksAndDynamic) {
  const Value value = DecodeText(R"({
    "//": "comment", "count": 2, "lifecycle": {"nope": 1},
    "label": "n${1 + 1}", "tags": {"a-${names[0]}": 1, "b": "${names[1]}"}, "any": [1.50, null, "${true}", "$${x}"],
    "rules": [{"a": "x", "b": "2"}],
    "item": [{"name": "first"}, {"name": "${names[0]}"}],
    "only": {"name": 5},
    "keyed": {"k": {"name": "K"}, "l": [{"name": "L"}]},
    "dynamic": {"item": {"for_each": "${[names[1]]}", "iterator": "it", "content": {"name": "${it.key}-${it.value}"}}}
  })");
  EXPECT_EQ(Problems(), "");
  EXPECT_EQ(RenderCompact(value.Get("label")), "\"n2\"");
  EXPECT_EQ(RenderValue(value.Get("tags")), "tomap({\n  \"a-x\" = \"1\"\n  \"b\" = \"y\"\n})");
  EXPECT_EQ(RenderValue(value.Get("any")), "[\n  1.5,\n  null,\n  true,\n  \"${x}\",\n]");
  EXPECT_EQ(value.Get("rules").Length(), 1u);
  ASSERT_EQ(value.Get("item").Length(), 3u);
  EXPECT_EQ(value.Get("item").ElementAt(2).Get("name").AsString(), "0-y");
  EXPECT_EQ(value.Get("only").Get("name").AsString(), "5");
  EXPECT_EQ(value.Get("keyed").Length(), 2u);
}

TEST_F(Json, Mistakes) {
  DecodeText(R"({
    "labl": 1, "tags": 5, "any": "${nope(}",
    "item": [{"name": "a", "x": 1}, {}],
    "only": [{"name": "a"}, {"name": "b"}],
    "dynamic": {"what": {"for_each": [], "content": {}}, "item": {"content": {}}}
  })");
  EXPECT_EQ(Problems(),
            "a.tf.json:2:5 Extraneous JSON object property\n"
            "a.tf.json:5:17 Unsupported block type\n"
            "a.tf.json:6:3 Missing required argument\n"
            "a.tf.json:2:42 Invalid expression\n"
            "a.tf.json:2:24 Incorrect attribute value type\n"
            "a.tf.json:5:80 Missing required argument\n"
            "a.tf.json:3:28 Extraneous JSON object property\n"
            "a.tf.json:3:38 Missing required argument\n"
            "a.tf.json:4:13 Duplicate only block\n");
}

TEST_F(Json, ObjectKeys) {
  const auto evaluate = [&](const std::string& text) {
    const hcl::FilePtr file = hcl::ParseJsonConfig("a.tf.json", text, diagnostics_);
    return Evaluate(*file, *file->body().json, scope_, diagnostics_);
  };
  scope_.Set("unknown", Value::Unknown(Type::String()));
  EXPECT_TRUE(evaluate(R"({"${unknown}": 1})").IsUnknown());
  EXPECT_EQ(Problems(), "");
  evaluate(R"({"${[1]}": 1, "${null}": 2, "a": 3, "${"a"}": 4, "//": 5})");
  evaluate("{\"a\": 1, \"${lower(\\\"A\\\")}\": 2, \"${[1]}\": 3}");
  EXPECT_NE(Problems().find("Duplicate object attribute"), std::string::npos);
  EXPECT_NE(Problems().find("Invalid object key expression"), std::string::npos);
}

TEST_F(Json, LiteralValuesAreNoTemplates) {
  const hcl::FilePtr file =
      hcl::ParseJsonConfig("a.tf.json", R"({"a": "${x", "b": [1e3, null, {"${k}": false}]})", diagnostics_);
  const auto value = LiteralJsonValue(*file, *file->body().json, diagnostics_);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->Get("a").AsString(), "${x");
  EXPECT_TRUE(value->Get("b").ElementAt(2).Find("${k}") != nullptr);
  const hcl::FilePtr repeated = hcl::ParseJsonConfig("a.tf.json", R"([{"a": 1, "a": 2}])", diagnostics_);
  EXPECT_FALSE(LiteralJsonValue(*repeated, *repeated->body().json, diagnostics_));
  EXPECT_EQ(Problems(), "a.tf.json:1:11 Duplicate object attribute\n");
}

TEST_F(Json, OverridesAndPlacesOfPaths) {
  const hcl::FilePtr base = hcl::ParseConfig(
      "a.tf", "label = \"base\"\ntags = { a = 1 }\nitem {\n  name = \"base\"\n}\n", diagnostics_);
  const hcl::FilePtr over = hcl::ParseJsonConfig(
      "o.tf.json", R"({"label": "over ${names[0]}", "item": [{"name": "1"}, {"name": "2"}]})", diagnostics_);
  const hcl::BodyRef merged = hcl::MergeBodies({base, &base->body()}, {over, &over->body()});
  const Value value = Decode(merged);
  EXPECT_EQ(Problems(), "");
  EXPECT_EQ(value.Get("label").AsString(), "over x");
  EXPECT_EQ(value.Get("tags").Length(), 1u);
  EXPECT_EQ(value.Get("item").Length(), 2u);

  using Step = value::PathStep;
  const auto place = [&](value::Path path) -> std::string {
    const auto found = PlaceOfPath(*merged.file, *merged.body, path);
    return found ? found->file->name() + " " + std::string(found->file->source().Slice(found->span)) : "none";
  };
  EXPECT_EQ(place({Step::Attribute("label")}), "o.tf.json \"over ${names[0]}\"");
  EXPECT_EQ(place({Step::Attribute("tags"), Step::Index(Value::String("a"))}), "a.tf 1");
  EXPECT_EQ(place({Step::Attribute("item"), Step::Index(Value::Int(1)), Step::Attribute("name")}),
            "o.tf.json \"2\"");

  std::string roots;
  ForEachTraversal(*merged.file, *merged.body, TestSchema(), {},
                   [&](const hcl::TraversalExpression& traversal) { roots += traversal.root; });
  EXPECT_EQ(roots, "names");
  // What the override alone sets does not make the overridden body complete.
  const hcl::FilePtr empty = hcl::ParseConfig("e.tf", "\n", diagnostics_);
  Decode(hcl::MergeBodies({empty, &empty->body()}, {over, &over->body()}));
  EXPECT_EQ(Problems(), "e.tf:1:1 Missing required argument\n");
}

}  // namespace
}  // namespace language::eval
