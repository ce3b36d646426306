// Bodies by a provider's schema: values, errors, dynamic blocks, references, places of paths.
#include <gtest/gtest.h>

#include "language/eval/evaluate.h"
#include "language/eval/render.h"
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

schema::NestedBlock MakeBlock(std::string name, Nesting nesting, int64_t min = 0, int64_t max = 0) {
  auto block = std::make_shared<schema::Block>();
  block->attributes = {MakeAttribute("name", Type::String(), true), MakeAttribute("size", Type::Number())};
  block->Finish();
  return {std::move(name), nesting, block, min, max};
}

schema::Block TestSchema() {
  schema::Block block;
  block.attributes = {
      MakeAttribute("label", Type::String(), true), MakeAttribute("count_of", Type::Number()),
      MakeAttribute("rules", Type::List(Type::Object({{"a", Type::String()}, {"b", Type::Number()}})))};
  schema::Attribute nested = MakeAttribute("profile", Type());
  auto type = std::make_shared<schema::NestedType>();
  type->attributes = {MakeAttribute("first", Type::String(), true), MakeAttribute("last", Type::String())};
  nested.nested = type;
  nested.type = schema::ImpliedType(*type);
  block.attributes.push_back(nested);
  block.blocks = {MakeBlock("item", Nesting::kList, 0, 3), MakeBlock("only", Nesting::kSingle),
                  MakeBlock("member", Nesting::kSet), MakeBlock("keyed", Nesting::kMap)};
  block.Finish();
  return block;
}

struct Decoded {
  Value value;
  base::diag::Diagnostics diagnostics;
};

Decoded Decode(const std::string& text) {
  const functions::Environment environment;
  LocalScope scope(nullptr, environment);
  scope.Set("names", Value::List(Type::String(), {Value::String("x"), Value::String("y")}));
  scope.Set("secret", Value::List(Type::String(), {Value::String("z")}).WithMarks(value::kSensitive));
  scope.Set("unknown", Value::Unknown(Type::List(Type::String())));
  Decoded decoded;
  const hcl::FilePtr file = hcl::ParseConfig("main.tf", text, decoded.diagnostics);
  constexpr std::string_view kAttributes[] = {"count"}, kBlocks[] = {"lifecycle"};
  decoded.value =
      DecodeBody(*file, file->body(), TestSchema(), scope, kAttributes, kBlocks, decoded.diagnostics);
  EXPECT_EQ(decoded.value.type(), TestSchema().implied_type()) << text;
  return decoded;
}

std::string Part(const Decoded& decoded, std::string_view name) {
  for (const auto& diagnostic : decoded.diagnostics.items())
    ADD_FAILURE() << diagnostic.summary << ": " << diagnostic.detail;
  return RenderValue(decoded.value.Get(name));
}

TEST(DecodeBody, AttributesAndBlocks) {
  const Decoded decoded = Decode(R"(
label = 5
count = nope
lifecycle {}
profile = { first = "a", more = 1 }
item { name = "i" }
item {
  name = "j"
  size = "2"
}
only { name = "o" }
member { name = "m" }
keyed "k" { name = "n" }
)");
  EXPECT_EQ(Part(decoded, "label"), "\"5\"");
  EXPECT_EQ(Part(decoded, "count_of"), "tonumber(null)");
  EXPECT_EQ(Part(decoded, "profile"), "{\n  \"first\" = \"a\"\n  \"last\" = tostring(null)\n}");
  EXPECT_EQ(decoded.value.Get("item").Length(), 2u);
  EXPECT_EQ(RenderValue(decoded.value.Get("item").ElementAt(1).Get("size")), "2");
  EXPECT_EQ(RenderValue(decoded.value.Get("only").Get("name")), "\"o\"");
  EXPECT_EQ(decoded.value.Get("member").Length(), 1u);
  EXPECT_NE(decoded.value.Get("keyed").Find("k"), nullptr);
}

TEST(DecodeBody, DynamicBlocks) {
  const Decoded decoded = Decode(R"(
label = "l"
dynamic "item" {
  for_each = names
  content {
    name = item.value
    size = item.key
  }
}
dynamic "keyed" {
  for_each = toset(names)
  iterator = it
  labels   = ["k-${it.key}"]
  content { name = it.value }
}
dynamic "member" {
  for_each = unknown
  content { name = member.value }
}
dynamic "only" {
  for_each = secret
  content { name = "fixed" }
}
)");
  EXPECT_EQ(Part(decoded, "item"), R"(tolist([
  {
    "name" = "x"
    "size" = 0
  },
  {
    "name" = "y"
    "size" = 1
  },
]))");
  EXPECT_NE(decoded.value.Get("keyed").Find("k-y"), nullptr);
  EXPECT_TRUE(decoded.value.Get("member").IsUnknown());
  EXPECT_TRUE(decoded.value.Get("only").Get("name").IsMarked(value::kSensitive));
}

TEST(DecodeBody, AttributesMayBeWrittenAsBlocks) {
  const Decoded decoded = Decode("label = \"l\"\nrules {\n  a = 1\n}\nrules {\n  b = \"2\"\n}\n");
  EXPECT_EQ(decoded.value.Get("rules").Length(), 2u);
  EXPECT_TRUE(decoded.diagnostics.empty());
  const Decoded none =
      Decode("label = \"l\"\ndynamic \"rules\" {\n  for_each = []\n  content {\n    a = 1\n  }\n}\n");
  EXPECT_TRUE(none.value.Get("rules").IsNull());
  EXPECT_TRUE(none.diagnostics.empty());
}

TEST(DecodeBody, Errors) {
  struct Case {
    const char* text;
    const char* summary;
    const char* detail;
    const char* subject;
  };
  const Case cases[] = {
      {"", "Missing required argument", "The argument \"label\" is required, but no definition was found.",
       ""},
      {"label = [1]", "Incorrect attribute value type",
       "Inappropriate value for attribute \"label\": string required.", "[1]"},
      {"label = 1\nlabl = 2", "Unsupported argument", "An argument named \"labl\" is not expected here.",
       "labl"},
      {"label = 1\ncount_off = 2", "Unsupported argument",
       "An argument named \"count_off\" is not expected here. Did you mean \"count_of\"?", "count_off"},
      {"label = 1\nitem = []", "Unsupported argument",
       "An argument named \"item\" is not expected here. Did you mean to define a block of type \"item\"?",
       "item"},
      {"label = 1\nitems {}", "Unsupported block type",
       "Blocks of type \"items\" are not expected here. Did you mean \"item\"?", "items"},
      {"label = 1\ncount_of {}", "Unsupported block type",
       "Blocks of type \"count_of\" are not expected here. Did you mean to define argument \"count_of\"? If "
       "so, use the equals sign to assign it a value.",
       "count_of"},
      {"label = 1\ndynamic \"foo\" {}", "Unsupported block type",
       "Blocks of type \"foo\" are not expected here.", "\"foo\""},
      {"label = 1\nonly { name = 1 }\nonly { name = 2 }", "Duplicate only block",
       "Only one block of type \"only\" is allowed. Previous definition was at main.tf:2,1.", "only"},
      {"label = 1\nitem \"x\" { name = 1 }", "Extraneous label for item",
       "No labels are expected for item blocks.", "\"x\""},
      {"label = 1\nkeyed { name = 1 }", "Missing key for keyed", "All keyed blocks must have 1 labels (key).",
       "{"},
      {"label = 1\ndynamic \"item\" {\n  for_each = null\n  content {}\n}", "Invalid dynamic for_each value",
       "Cannot use a null value in for_each.", "null"},
      {"label = 1\ndynamic \"item\" {\n  for_each = 5\n  content {}\n}", "Invalid dynamic for_each value",
       "Cannot use a number value in for_each. An iterable collection is required.", "5"},
      {"label = 1\ndynamic \"item\" {\n  for_each = []\n}", "Missing dynamic content block",
       "A dynamic block must have a nested block of type \"content\" to describe the body of each generated "
       "block.",
       nullptr},
  };
  for (const Case& test : cases) {
    const Decoded decoded = Decode(test.text);
    ASSERT_EQ(decoded.diagnostics.size(), 1u) << test.text;
    const base::diag::Diagnostic& diagnostic = decoded.diagnostics.items()[0];
    EXPECT_EQ(diagnostic.summary, test.summary) << test.text;
    EXPECT_EQ(diagnostic.detail, test.detail) << test.text;
    if (!test.subject) continue;
    const int begin = diagnostic.subject->start.byte, end = diagnostic.subject->end.byte;
    EXPECT_EQ(std::string(test.text).substr(begin, end - begin), test.subject) << test.text;
  }
  std::string many = "label = 1\n";
  for (int i = 0; i < 4; ++i) many += "item { name = 1 }\n";
  EXPECT_EQ(Decode(many).diagnostics.items().at(0).summary, "Too many item blocks");
}

TEST(ForEachTraversal, LeavesIteratorsOut) {
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseConfig("main.tf", R"(
label = var.a
count = var.ignored
lifecycle { x = var.ignored }
dynamic "item" {
  for_each = local.b
  content {
    name = item.value
    size = each.key + [for v in var.c : v][0]
  }
}
)",
                                             diagnostics);
  std::string roots;
  constexpr std::string_view kBlocks[] = {"lifecycle"};
  ForEachTraversal(*file, file->body(), TestSchema(), kBlocks,
                   [&](const hcl::TraversalExpression& traversal) {
                     roots += std::string(traversal.root) + "." + std::string(traversal.steps[0].name) + " ";
                   });
  EXPECT_EQ(roots, "var.a local.b each.key var.c ");
}

TEST(PlaceOfPath, FindsTheNearestPlace) {
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseConfig(
      "main.tf",
      "label = \"x\"\nprofile = { first = 1, last = [2, 3] }\nitem { name = 4 }\nitem { name = 5 }\n",
      diagnostics);
  using Step = value::PathStep;
  const auto text = [&](value::Path path) -> std::string {
    const std::optional<SourcePlace> place = PlaceOfPath(*file, file->body(), path);
    return place ? std::string(file->source().Slice(place->span)) : "none";
  };
  EXPECT_EQ(text({Step::Attribute("label")}), "\"x\"");
  EXPECT_EQ(text({Step::Attribute("profile"), Step::Attribute("last"), Step::Index(Value::Int(1))}), "3");
  EXPECT_EQ(text({Step::Attribute("item"), Step::Index(Value::Int(1)), Step::Attribute("name")}), "5");
  EXPECT_EQ(text({Step::Attribute("item"), Step::Index(Value::Int(1)), Step::Attribute("size")}), "item");
  EXPECT_EQ(text({Step::Attribute("item"), Step::Attribute("name")}), "none");
  EXPECT_EQ(text({Step::Attribute("item")}), "none");
  EXPECT_EQ(text({Step::Attribute("item"), Step::Index(Value::Int(1))}), "none");
  EXPECT_EQ(text({Step::Attribute("nope")}), "none");
}

}  // namespace
}  // namespace language::eval
