// JSON syntax: the tree, content by schema, places, text inside of strings, merged bodies, limits. What the
// reference says of mistakes is recorded in tests/conformance/validate/cases/json.txt.
#include <gtest/gtest.h>

#include "language/hcl/content.h"
#include "language/hcl/parser.h"

namespace language::hcl {
namespace {

constexpr std::string_view kType[] = {"type"};
constexpr std::string_view kTypeAndName[] = {"type", "name"};

std::string Problems(const base::diag::Diagnostics& diagnostics) {
  std::string out;
  for (const auto& item : diagnostics.items()) {
    const auto& start = item.subject->start;
    out += std::to_string(start.line) + ":" + std::to_string(start.column) + " " + item.summary + "\n";
  }
  return out;
}

// "a=1 b(label)[...]": attributes with their texts, blocks with labels and content by the same shape.
std::string Show(const File& file, const Body& body, const BodyShape& shape,
                 base::diag::Diagnostics& diagnostics) {
  const Content content(file, body, shape, diagnostics);
  std::string out;
  for (const Attribute& attribute : content.body().attributes) {
    out += std::string(attribute.name) + "=" +
           std::string(FileOf(attribute, file).source().Slice(attribute.expression->span)) + " ";
  }
  for (const Block& block : content.body().blocks) {
    out += block.type;
    for (const Label& label : block.labels) out += "(" + std::string(label.text) + ")";
    out += "[" + Show(FileOf(block, file), *block.body, shape, diagnostics) + "] ";
  }
  if (!out.empty()) out.pop_back();
  return out;
}

TEST(JsonContent, FollowsTheSchema) {
  const BodyShape shape{{"x", "y"}, {{"one", {}}, {"two", kType}, {"three", kTypeAndName}}, {"other"}, false};
  constexpr struct {
    const char *json, *content, *problems;
  } kCases[] = {
      {R"({"//": [1], "x": 1, "y": "a${b}", "other": {}})", R"(x=1 y="a${b}")", ""},
      {R"({"one": {"x": 1}})", "one[x=1]", ""},
      {R"({"one": [{"x": 1}, {}, {"x": 2}]})", "one[x=1] one[] one[x=2]", ""},
      {R"({"one": null, "two": null})", "", "1:22 Missing block label\n"},
      {R"({"two": {"l": {"x": 1}, "m": [{}, {}]}})", "two(l)[x=1] two(m)[] two(m)[]", ""},
      {R"({"two": [{"l": {}}, {"l": {"y": 1}}]})", "two(l)[] two(l)[y=1]", ""},
      {R"({"three": {"a": {"b": {}, "c": {}}, "d": [{"e": {}}]}})",
       "three(a)(b)[] three(a)(c)[] three(d)(e)[]", ""},
      {R"([{"x": 1}, {"y": 2, "one": {}}])", "x=1 y=2 one[]", ""},
      {R"({"x": 1, "x": 2})", "x=1", "1:10 Duplicate argument\n"},
      {R"({"x": 1, "z": 2})", "x=1", "1:10 Extraneous JSON object property\n"},
      {R"({"one": "x"})", "", "1:9 Incorrect JSON value type\n"},
      {R"({"one": [1]})", "one[]", "1:10 Incorrect JSON value type\n"},
      {R"({"two": [1, {"a": {}}]})", "two(a)[]", "1:10 Incorrect JSON value type\n"},
      {R"({"two": {}})", "", "1:9 Missing block label\n"},
      {R"({"three": {"a": {}}})", "", "1:17 Missing block label\n"},
  };
  for (const auto& test : kCases) {
    base::diag::Diagnostics diagnostics;
    const FilePtr file = ParseJsonConfig("a.tf.json", test.json, diagnostics);
    EXPECT_TRUE(file->is_json());
    EXPECT_EQ(Show(*file, file->body(), shape, diagnostics), test.content) << test.json;
    EXPECT_EQ(Problems(diagnostics), test.problems) << test.json;
  }
}

TEST(JsonContent, OpenShapesAndArguments) {
  base::diag::Diagnostics diagnostics;
  const FilePtr file =
      ParseJsonConfig("a.tf.json", R"({"x": 1, "z": 2, "//": "c", "z": 3, "block": {"q": 1}})", diagnostics);
  EXPECT_EQ(Show(*file, file->body(), {{"x"}, {}, {}, true}, diagnostics), "x=1");
  EXPECT_EQ(Problems(diagnostics), "");
  EXPECT_EQ(KeptAttributes(*file, file->body(), diagnostics).attributes.size(), 3u);
  EXPECT_EQ(Problems(diagnostics), "1:29 Duplicate attribute definition\n");
  EXPECT_EQ(LooseContent(*file, file->body()).body().attributes.size(), 4u);
}

TEST(MergedBodies, TakeWhatTheOverrideSets) {
  base::diag::Diagnostics diagnostics;
  const BodyShape shape{{"x", "y", "z"}, {{"one", {}}, {"two", {}}, {"dynamic", kType}}, {}, false};
  const FilePtr base =
      ParseConfig("a.tf", "x = 1\ny = 2\none {\n  x = 3\n}\ntwo {}\nnope = 1\n", diagnostics);
  const FilePtr native = ParseConfig("b.tf", "y = 20\ndynamic \"one\" {\n}\n", diagnostics);
  const FilePtr json =
      ParseJsonConfig("c.tf.json", R"({"x": 10, "two": [{"z": 1}, {}], "what": 1})", diagnostics);
  const BodyRef once = MergeBodies({base, &base->body()}, {native, &native->body()});
  EXPECT_EQ(Show(*once.file, *once.body, shape, diagnostics), "x=1 nope=1 y=20 two[] dynamic(one)[]");
  const BodyRef twice = MergeBodies(once, {json, &json->body()});
  EXPECT_EQ(Show(*twice.file, *twice.body, shape, diagnostics),
            "nope=1 y=20 x=10 dynamic(one)[] two[z=1] two[]");
  EXPECT_EQ(Problems(diagnostics), "");
  const Content content(*once.file, *once.body, shape, diagnostics);
  ASSERT_NE(content.overridden(), nullptr);
  EXPECT_NE(content.overridden()->body().FindAttribute("y"), nullptr);
}

TEST(JsonText, TemplatesReferencesAndPlaces) {
  base::diag::Diagnostics diagnostics;
  const FilePtr file = ParseJsonConfig(
      "a.tf.json",
      "{\n\t\"a\": \"\\u00e9\\n ${var.x}\",\n \"b\": \"foo.bar[0]\",\n \"c\": \"${\", \"d\": \"$${x}\"}",
      diagnostics);
  EXPECT_EQ(Problems(diagnostics), "");
  const Body& body = KeptAttributes(*file, file->body(), diagnostics);
  const auto text = [&](std::string_view name) -> const JsonTextExpression& {
    return As<JsonTextExpression>(*body.FindAttribute(name)->expression);
  };
  EXPECT_EQ(file->RangeOf(text("a").span).start.column, 8);  // a tab is two columns
  std::string found;
  ForEachTraversal(text("a"), [&](const TraversalExpression& traversal) {
    const base::text::Range range = file->RangeOf(traversal.span);
    // In the text that the string stands for: second line, behind a blank and the sequence's opening.
    found += std::to_string(range.start.line) + ":" + std::to_string(range.start.column);
  });
  EXPECT_EQ(found, "3:4");
  EXPECT_EQ(AsLiteralString(text("c")), "${");
  EXPECT_EQ(text("c").problems.size(), 1u);
  EXPECT_EQ(text("d").text, "$${x}");
  EXPECT_EQ(file->ContextAt(3), "");

  const ExpressionRef inside = ParseEmbedded(file, text("b"), diagnostics);
  ASSERT_TRUE(inside);
  ASSERT_NE(AsTraversal(*inside.expression), nullptr);
  EXPECT_EQ(AsTraversal(*inside.expression)->root, "foo");
  EXPECT_EQ(inside.file->RangeOf(inside.expression->span).start.line, 3);
  EXPECT_FALSE(ParseEmbedded(file, text("c"), diagnostics));
}

TEST(JsonLimits, HostileInput) {
  const auto first = [](std::string text) {
    base::diag::Diagnostics diagnostics;
    ParseJsonConfig("a.tf.json", std::move(text), diagnostics);
    return diagnostics.empty() ? std::string() : diagnostics.items()[0].summary;
  };
  const auto repeat = [](std::string_view text, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) out += text;
    return out;
  };
  EXPECT_EQ(first(repeat("[", 1'000'000)), "Nesting too deep");
  EXPECT_EQ(first(repeat("{\"a\":", 1'000'000)), "Nesting too deep");
  EXPECT_EQ(first(repeat("[", 900) + repeat("]", 900)), "");
  // Nesting counts through a string's template.
  base::diag::Diagnostics diagnostics;
  const FilePtr file = ParseJsonConfig(
      "a.tf.json", repeat("[", 600) + "\"${" + repeat("[", 600) + repeat("]", 600) + "}\"" + repeat("]", 600),
      diagnostics);
  const Expression* at = file->body().json;
  while (const TupleExpression* tuple = AsTuple(*at)) at = tuple->elements[0];
  ASSERT_EQ(As<JsonTextExpression>(*at).problems.size(), 1u);
  EXPECT_EQ(As<JsonTextExpression>(*at).problems[0].summary, "Nesting too deep");
  base::diag::Diagnostics many;
  ParseJsonConfig("a.tf.json", "[" + repeat("x,", 100'000) + "1]", many);
  EXPECT_EQ(many.size(), 1000u);
}

}  // namespace
}  // namespace language::hcl
