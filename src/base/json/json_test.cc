#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/reader.h"
#include "base/json/writer.h"

namespace base::json {
namespace {

Document Parse(std::string_view text) {
  auto document = Document::Parse(text);
  EXPECT_TRUE(document.ok()) << text;
  return std::move(document).value();
}

std::string Compact(std::string_view json) {
  std::string out;
  AppendCompact(json, &out);
  return out;
}
std::string Indented(std::string_view json, int level = 0) {
  std::string out;
  AppendIndented(json, level, &out);
  return out;
}

TEST(Reader, Tree) {
  const Document document = Parse(R"( {"a" : [1, -2.5e3, "x"], "b":{}, "a\u0062":null, "t":true} )");
  const Node root = document.root();
  ASSERT_TRUE(root.IsObject());
  EXPECT_EQ(root.size(), 4u);
  std::vector<std::string> keys;
  for (const Member member : root.Members()) keys.push_back(member.key());
  EXPECT_THAT(keys, testing::ElementsAre("a", "b", "ab", "t"));
  const Node array = root.Find("a");
  EXPECT_EQ(array.size(), 3u);
  EXPECT_EQ(array.raw(), R"([1, -2.5e3, "x"])");
  EXPECT_EQ(array.span().begin, 8u);
  std::vector<std::string> raws;
  for (const Node element : array.Elements()) raws.emplace_back(element.raw());
  EXPECT_THAT(raws, testing::ElementsAre("1", "-2.5e3", "\"x\""));
  EXPECT_TRUE(root.Find("ab").IsNull());
  EXPECT_EQ(root.FindBool("t"), true);
  EXPECT_FALSE(root.Find("zz"));
  EXPECT_EQ(root.Find("b").size(), 0u);
}

TEST(Reader, DuplicatesAreVisibleAndTheLastWins) {
  const Document document = Parse(R"({"a":1,"a":2})");
  EXPECT_EQ(document.root().size(), 2u);
  EXPECT_EQ(document.root().FindInt64("a"), 2);
}

TEST(Reader, Numbers) {
  const Document document =
      Parse("[0,-0,9223372036854775807,9223372036854775808,1.0,1e2,1e999,-1e999,1e-999]");
  std::vector<Node> nodes;
  for (const Node node : document.root().Elements()) nodes.push_back(node);
  EXPECT_EQ(nodes[2].AsInt64(), INT64_MAX);
  EXPECT_FALSE(nodes[3].AsInt64());
  EXPECT_EQ(nodes[3].AsUint64(), 9223372036854775808u);
  EXPECT_FALSE(nodes[4].AsInt64());
  EXPECT_EQ(nodes[5].AsDouble(), 100);
  EXPECT_EQ(nodes[6].AsDouble(), INFINITY);
  EXPECT_EQ(nodes[7].AsDouble(), -INFINITY);
  EXPECT_EQ(nodes[8].AsDouble(), 0);
}

TEST(Reader, StringsAsGoDecodesThem) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("a\"\\\/\b\f\n\r\t\u00e9")", "a\"\\/\b\f\n\r\t\u00e9"},
      {R"("\ud83d\ude00")", "\U0001F600"},
      {R"("\ud83dx")", "\uFFFDx"},
      {R"("\ud83d\u0041")", "\uFFFDA"},
      {R"("\ude00\ud83d")", "\uFFFD\uFFFD"},
      {"\"a\xff\xc3\"", "a\uFFFD\uFFFD"},
      {"\"\u65e5\u672c\"", "\u65e5\u672c"},
      {R"("\u0000")", std::string(1, '\0')},
  };
  for (const auto& [json, text] : cases) EXPECT_EQ(Parse(json).root().AsString(), text) << json;
  EXPECT_TRUE(Parse("\"\u65e5\"").root().PlainString());
  EXPECT_FALSE(Parse("\"\xff\"").root().PlainString());
}

TEST(Reader, ErrorsInGosWords) {
  const std::vector<std::tuple<std::string, uint32_t, std::string>> cases = {
      {"", 0, "unexpected end of JSON input"},
      {"  ", 2, "unexpected end of JSON input"},
      {"}", 0, "invalid character '}' looking for beginning of value"},
      {"[1,]", 3, "invalid character ']' looking for beginning of value"},
      {"[1 2]", 3, "invalid character '2' after array element"},
      {"{a:1}", 1, "invalid character 'a' looking for beginning of object key string"},
      {"{\"a\":1,}", 7, "invalid character '}' looking for beginning of object key string"},
      {"{\"a\" 1}", 5, "invalid character '1' after object key"},
      {"{\"a\":1 2}", 7, "invalid character '2' after object key:value pair"},
      {"01", 1, "invalid character '1' after top-level value"},
      {"1.", 2, "unexpected end of JSON input"},
      {"1.x", 2, "invalid character 'x' after decimal point in numeric literal"},
      {"-x", 1, "invalid character 'x' in numeric literal"},
      {"1ex", 2, "invalid character 'x' in exponent of numeric literal"},
      {"trux", 3, "invalid character 'x' in literal true (expecting 'e')"},
      {"\"a\nb\"", 2, "invalid character '\\n' in string literal"},
      {"\"\\x\"", 2, "invalid character 'x' in string escape code"},
      {"\"\\u12g4\"", 5, "invalid character 'g' in \\u hexadecimal character escape"},
      {"\"abc", 4, "unexpected end of JSON input"},
      {"'a'", 0, "invalid character '\\'' looking for beginning of value"},
      {"\xef\xbb\xbf{}", 0, "invalid character '\u00ef' looking for beginning of value"},
      {"[[", 2, "unexpected end of JSON input"},
  };
  for (const auto& [json, offset, message] : cases) {
    ParseError error;
    EXPECT_FALSE(Document::Parse(json, &error)) << json;
    EXPECT_EQ(error.message, message) << json;
    EXPECT_EQ(error.offset, offset) << json;
  }
}

TEST(Reader, DepthIsBoundedWithoutRecursion) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(Document::Parse(nested(1000)).ok());
  EXPECT_FALSE(Document::Parse(nested(1001)).ok());
  EXPECT_TRUE(Document::Parse(nested(1000000), {.max_depth = 2000000}).ok());
}

TEST(Reader, IndexDepthLeavesContainersOpaqueButChecked) {
  const ParseOptions options{.index_depth = 2};
  const auto document = Document::Parse(R"({"a":[1,[2,{"x":3}],"s"],"b":{"c":{"d":1}}})", options);
  ASSERT_TRUE(document.ok());
  const Node a = document->root().Find("a");
  ASSERT_EQ(a.size(), 3u);
  auto element = a.Elements().begin();
  EXPECT_EQ((*element).AsInt64(), 1);
  const Node inner = *++element;
  EXPECT_TRUE(inner.opaque());
  EXPECT_EQ(inner.raw(), R"([2,{"x":3}])");
  EXPECT_EQ((*++element).AsString(), "s");
  EXPECT_EQ(document->root().Find("b").Find("c").raw(), R"({"d":1})");
  EXPECT_FALSE(Document::Parse(R"({"a":[[1,]]})", options).ok());
}

TEST(Writer, StringsAsGoEscapesThem) {
  EXPECT_EQ(Quote("a\"\\\b\f\n\r\t\x01\x7f<>&"),
            "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\\u003c\\u003e\\u0026\"");
  EXPECT_EQ(Quote("<>&", false), "\"<>&\"");
  EXPECT_EQ(Quote("\u2028\u2029\u00e9\xff", false), "\"\\u2028\\u2029\u00e9\\ufffd\"");
}

TEST(Writer, DoublesAsGoPrintsThem) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0, "0"},
      {-0.0, "-0"},
      {1, "1"},
      {-1.5, "-1.5"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {123456789012345680000.0, "123456789012345680000"},
      {0.000001, "0.000001"},
      {1e-7, "1e-7"},
      {1.5e-10, "1.5e-10"},
      {0.1, "0.1"},
      {100, "100"},
      {1e300, "1e+300"},
      {12.25, "12.25"}};
  for (const auto& [number, text] : cases) {
    std::string out;
    AppendDouble(number, &out);
    EXPECT_EQ(out, text);
  }
}

TEST(Writer, CompactAndIndented) {
  auto build = [](Writer::Style style) {
    std::string out;
    Writer writer(&out, style);
    writer.BeginObject().Member("a", 1).Key("b").BeginArray().EndArray();
    writer.Key("c")
        .BeginArray()
        .String("x")
        .Null()
        .BeginObject()
        .EndObject()
        .Raw("{\"k\":[1,{}]}")
        .EndArray();
    writer.Member("d", true).EndObject();
    return out;
  };
  EXPECT_EQ(build(Writer::Style::kCompact), R"({"a":1,"b":[],"c":["x",null,{},{"k":[1,{}]}],"d":true})");
  EXPECT_EQ(build(Writer::Style::kIndented), R"({
  "a": 1,
  "b": [],
  "c": [
    "x",
    null,
    {},
    {
      "k": [
        1,
        {}
      ]
    }
  ],
  "d": true
})");
  EXPECT_EQ(Compact(build(Writer::Style::kIndented)), build(Writer::Style::kCompact));
  EXPECT_EQ(Indented(build(Writer::Style::kCompact)), build(Writer::Style::kIndented));
}

TEST(Writer, RelaidJson) {
  EXPECT_EQ(Compact(" { \"a b\" : [ ] , \"c\":\t1.50 } "), R"({"a b":[],"c":1.50})");
  EXPECT_EQ(Compact("\"<\\u003c \\\" \u2028\""), "\"\\u003c\\u003c \\\" \\u2028\"");
  EXPECT_EQ(Indented("{\"a\":1}", 2), "{\n      \"a\": 1\n    }");
  EXPECT_EQ(Indented("[[],{}]"), "[\n  [],\n  {}\n]");
}

}  // namespace
}  // namespace base::json
