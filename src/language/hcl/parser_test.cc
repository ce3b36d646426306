// Shape of the trees, static reading, limits.
#include "language/hcl/parser.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace language::hcl {
namespace {

std::string Dump(const Expression& e);

std::string DumpSteps(std::span<const TraversalStep> steps) {
  std::string out;
  for (const TraversalStep& step : steps) {
    if (step.kind == TraversalStep::Kind::kAttribute) {
      out += fmt::format(".{}", step.name);
      continue;
    }
    const value::Value& key = step.key;
    const std::string text = key.type().IsString()   ? fmt::format("\"{}\"", key.AsString())
                             : key.type().IsNumber() ? key.AsNumber().ToString()
                             : key.IsNull()          ? "null"
                                                     : (key.AsBool() ? "true" : "false");
    out += step.kind == TraversalStep::Kind::kIndex ? fmt::format("[{}]", text) : fmt::format(".{}", text);
  }
  return out;
}

std::string DumpAll(std::span<const Expression* const> list) {
  std::string out;
  for (const Expression* e : list) out += " " + Dump(*e);
  return out;
}

std::string Dump(const Expression& e) {
  static constexpr const char* kBinary[] = {"||", "&&", "==", "!=", "<", "<=", ">",
                                            ">=", "+",  "-",  "*",  "/", "%"};
  switch (e.kind) {
    case ExpressionKind::kLiteral: {
      const value::Value& v = As<LiteralExpression>(e).value;
      if (v.IsUnknown()) return "ERROR";
      if (v.IsNull()) return "null";
      if (v.type().IsBool()) return v.AsBool() ? "true" : "false";
      if (v.type().IsNumber()) return v.AsNumber().ToString();
      return fmt::format("'{}'", v.AsString());
    }
    case ExpressionKind::kTraversal:
      return std::string(As<TraversalExpression>(e).root) + DumpSteps(As<TraversalExpression>(e).steps);
    case ExpressionKind::kRelative:
      return fmt::format("(get {} {})", Dump(*As<RelativeExpression>(e).source),
                         DumpSteps(As<RelativeExpression>(e).steps));
    case ExpressionKind::kIndex:
      return fmt::format("(index {} {})", Dump(*As<IndexExpression>(e).collection),
                         Dump(*As<IndexExpression>(e).key));
    case ExpressionKind::kSplat:
      return fmt::format("(splat {} {})", Dump(*As<SplatExpression>(e).source),
                         Dump(*As<SplatExpression>(e).each));
    case ExpressionKind::kSplatItem:
      return "@";
    case ExpressionKind::kCall:
      return fmt::format("({}(){}{})", As<CallExpression>(e).name, DumpAll(As<CallExpression>(e).arguments),
                         As<CallExpression>(e).expand_final ? "..." : "");
    case ExpressionKind::kConditional: {
      const auto& c = As<ConditionalExpression>(e);
      return fmt::format("(if {} {} {})", Dump(*c.condition), Dump(*c.if_true), Dump(*c.if_false));
    }
    case ExpressionKind::kBinary: {
      const auto& b = As<BinaryExpression>(e);
      return fmt::format("({} {} {})", kBinary[static_cast<int>(b.op)], Dump(*b.left), Dump(*b.right));
    }
    case ExpressionKind::kUnary:
      return fmt::format("({} {})", As<UnaryExpression>(e).op == UnaryOperator::kNot ? "!" : "neg",
                         Dump(*As<UnaryExpression>(e).operand));
    case ExpressionKind::kTuple:
      return fmt::format("[{}]", DumpAll(As<TupleExpression>(e).elements));
    case ExpressionKind::kObject: {
      std::string out = "{";
      for (const ObjectItem& item : As<ObjectExpression>(e).items) {
        out += fmt::format(" {}{}:{}",
                           item.key_is_identifier      ? "id"
                           : item.key_is_parenthesized ? "paren"
                                                       : "",
                           Dump(*item.key), Dump(*item.value));
      }
      return out + "}";
    }
    case ExpressionKind::kFor: {
      const auto& f = As<ForExpression>(e);
      return fmt::format("(for {},{} {} {} {}{} {})", f.key_name, f.value_name, Dump(*f.collection),
                         f.key != nullptr ? Dump(*f.key) : "-", Dump(*f.value), f.group ? "..." : "",
                         f.condition != nullptr ? Dump(*f.condition) : "-");
    }
    case ExpressionKind::kTemplate:
      return fmt::format("<{}>", DumpAll(As<TemplateExpression>(e).parts));
    case ExpressionKind::kTemplateWrap:
      return fmt::format("(wrap {})", Dump(*As<TemplateWrapExpression>(e).wrapped));
    case ExpressionKind::kTemplateFor:
      return fmt::format("(join {})", Dump(*As<TemplateForExpression>(e).tuple));
    case ExpressionKind::kParentheses:
      return fmt::format("({})", Dump(*As<ParenthesesExpression>(e).inner));
    case ExpressionKind::kJsonText:
      break;  // of the JSON syntax only
  }
  return "?";
}

FilePtr Parse(std::string text) {
  base::diag::Diagnostics diagnostics;
  FilePtr file = ParseExpression("test", std::move(text), diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << file->source().text();
  return file;
}

struct ShapeCase {
  const char* source;
  const char* shape;
};

TEST(Parser, Shapes) {
  const ShapeCase cases[] = {
      {"1", "1"},
      {"007", "7"},
      {"0.50", "0.5"},
      {"1e3", "1000"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"true", "true"},
      {"null", "null"},
      {"a", "a"},
      {"a-b", "a-b"},
      {"a - b", "(- a b)"},
      {"1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"},
      {"a || b && c == d < e + f * -g", "(|| a (&& b (== c (< d (+ e (* f (neg g)))))))"},
      {"1 < 2 == true", "(== (< 1 2) true)"},
      {"1 - 2 - 3", "(- (- 1 2) 3)"},
      {"!a.b[0]", "(! a.b[0])"},
      {"- -1", "(neg (neg 1))"},
      {"a ? b : c ? d : e", "(if a b (if c d e))"},
      {"a ? b ? c : d : e", "(if a (if b c d) e)"},
      {"a || b ? c : d", "(if (|| a b) c d)"},
      {"(a)", "(a)"},
      {"(a).b", "(get (a) .b)"},
      {"a.b.c", "a.b.c"},
      {"a[0].b[\"c\"].0", "a[0].b[\"c\"].0"},
      {"a[true][null]", "a[true][null]"},
      {"a[b].c[d]", "(index (get (index a b) .c) d)"},
      {"a[(0)]", "(index a (0))"},
      {"a[\"${b}\"]", "(index a (wrap b))"},
      {"a[\"x${b}\"]", "(index a < 'x' b>)"},
      {"a[-1]", "(index a (neg 1))"},
      {"a.*.b.0", "(splat a (get @ .b.0))"},
      {"a.*.b[0]", "(get (splat a (get @ .b)) [0])"},
      {"a[*].b[0].c", "(splat a (get @ .b[0].c))"},
      {"a[*][b].c", "(splat a (get (index @ b) .c))"},
      {"a[*].b[*].c", "(splat a (splat (get @ .b) (get @ .c)))"},
      {"a.*", "(splat a @)"},
      {"f()", "(f())"},
      {"f(1, a.b,)", "(f() 1 a.b)"},
      {"f(a...)", "(f() a...)"},
      {"core :: f(1)", "(core::f() 1)"},
      {"provider::okta::f(1)", "(provider::okta::f() 1)"},
      {"f(1)[0].a", "(get (f() 1) [0].a)"},
      {"[1, [2], ]", "[ 1 [ 2]]"},
      {"{}", "{}"},
      {"{a = 1, \"b\" = 2\n c : 3\n (d) = 4, 5 = 6, null = 7, e.f = 8}",
       "{ id'a':1 < 'b'>:2 id'c':3 paren(d):4 5:6 id'null':7 e.f:8}"},
      {"[for v in c: v]", "(for ,v c - v -)"},
      {"[for k, v in c: v if k]", "(for k,v c - v k)"},
      {"{for k, v in c: k => v... if v}", "(for k,v c k v... v)"},
      {"\"\"", "< ''>"},
      {"\"a\\nb\"", "< 'a\nb'>"},
      {"\"${a}\"", "(wrap a)"},
      {"\"a${b}c\"", "< 'a' b 'c'>"},
      {"\"%{ if a }b%{ else }c%{ endif }\"", "< (if a < 'b'> < 'c'>)>"},
      {"\"%{ if a }%{ endif }\"", "< (if a < ''> < ''>)>"},
      {"\"%{ for k, v in a }b${v}%{ endfor }\"", "< (join (for k,v a - < 'b' v> -))>"},
      {"\"$${a}$\"", "< '${a}$'>"},
  };
  for (const ShapeCase& test : cases)
    EXPECT_EQ(Dump(*Parse(test.source)->expression()), test.shape) << test.source;
}

TEST(Parser, TextsThatAreNotNfcAreNormalized) {
  const FilePtr file = Parse("\"e\xCC\x81\"");
  EXPECT_EQ(*AsLiteralString(*file->expression()), "\xC3\xA9");
}

TEST(Parser, SpansAreThoseOfTheReference) {
  const ShapeCase cases[] = {
      {"a.b[0]", "a.b[0]"},
      {"(a)", "(a)"},
      {"- a", "- a"},
      {"x[*].y", "x[*].y"},
      {"f ( 1 )", "f ( 1 )"},
      {"\"a\"", "\"a\""},
      {"a ? b : c", "a ? b : c"},
      {" a + b ", "a + b"},
      {"\"${ a }\"", "\"${ a }\""},
      {"[ 1 ] ", "[ 1 ]"},
      {"{ a = 1 } ", "{ a = 1 }"},
  };
  for (const ShapeCase& test : cases) {
    const FilePtr file = Parse(test.source);
    EXPECT_EQ(file->source().Slice(file->expression()->span), test.shape);
  }
}

TEST(Parser, Bodies) {
  base::diag::Diagnostics diagnostics;
  const FilePtr file = ParseConfig("main.tf", R"(a = 1
resource "t" n {
  b = "x"
  nested { c = 2 }
  nested {
  }
}
)",
                                   diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  const Body& body = file->body();
  ASSERT_EQ(body.attributes.size(), 1u);
  ASSERT_EQ(body.blocks.size(), 1u);
  const Block& block = body.blocks[0];
  EXPECT_EQ(block.type, "resource");
  ASSERT_EQ(block.labels.size(), 2u);
  EXPECT_EQ(block.labels[0].text, "t");
  EXPECT_EQ(block.labels[1].text, "n");
  const auto slice = [&](Span span) { return file->source().Slice(span); };
  EXPECT_EQ(slice(block.labels[0].span), "\"t\"");
  EXPECT_EQ(slice(block.header_span), "resource \"t\" n");
  EXPECT_EQ(slice(block.open_span), "{");
  EXPECT_EQ(slice(block.close_span), "}");
  ASSERT_NE(block.body->FindAttribute("b"), nullptr);
  EXPECT_EQ(slice(block.body->FindAttribute("b")->span), "b = \"x\"");
  EXPECT_EQ(block.body->FindAttribute("zz"), nullptr);
  EXPECT_EQ(block.body->end_span, (Span{block.open_span.begin, block.open_span.begin}));
  ASSERT_EQ(block.body->blocks.size(), 2u);
  EXPECT_EQ(block.body->blocks[0].body->attributes[0].name, "c");
  EXPECT_EQ(file->ContextAt(block.body->blocks[0].span.begin), "resource \"t\" \"n\"");
  EXPECT_EQ(file->ContextAt(0), "");
}

TEST(Parser, KeepsWhatCanBeReadAfterErrors) {
  base::diag::Diagnostics diagnostics;
  const FilePtr file = ParseConfig("main.tf", "a = 1 +\nb = 2\nx {\n  c = 3 4\n}\n", diagnostics);
  EXPECT_EQ(diagnostics.size(), 1u);
  EXPECT_NE(file->body().FindAttribute("b"), nullptr);
  ASSERT_EQ(file->body().blocks.size(), 1u);
  EXPECT_NE(file->body().blocks[0].body->FindAttribute("c"), nullptr);
}

TEST(Parser, ManyAttributesAndDuplicates) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += fmt::format("a{} = {}\n", i, i);
  text += "a5 = 1\na99 = 2\n";
  base::diag::Diagnostics diagnostics;
  const FilePtr file = ParseConfig("main.tf", text, diagnostics);
  EXPECT_EQ(file->body().attributes.size(), 100u);
  ASSERT_EQ(diagnostics.size(), 2u);
  EXPECT_EQ(diagnostics.items()[1].summary, "Attribute redefined");
  EXPECT_EQ(diagnostics.items()[1].subject->start.line, 102);
}

std::vector<std::string> Summaries(const base::diag::Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const auto& d : diagnostics.items()) out.push_back(d.summary);
  return out;
}

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST(Parser, NestingHasALimit) {
  constexpr size_t kMany = 200'000;
  const std::string cases[] = {
      Repeat("(", kMany),
      Repeat("[", kMany),
      Repeat("{a=", kMany),
      Repeat("!", kMany) + "a",
      Repeat("- ", kMany),
      Repeat("\"${", kMany),
      Repeat("f(", kMany),
      "a" + Repeat("[*]", kMany),
      Repeat("a[", kMany),
      Repeat("[for x in ", kMany),
      "a" + Repeat("[b]", kMany),
      "a" + Repeat(".*[b]", kMany),
      Repeat("a ? ", kMany),
      "\"" + Repeat("%{if a}", kMany) + "\"",
      "\"" + Repeat("%{for a in b}", kMany) + "\"",
      Repeat("<<A\n${", kMany),
  };
  for (const std::string& text : cases) {
    base::diag::Diagnostics diagnostics;
    const FilePtr file = ParseExpression("test", text, diagnostics);
    EXPECT_EQ(Summaries(diagnostics), std::vector<std::string>{"Nesting too deep"}) << text.substr(0, 20);
    EXPECT_EQ(file->expression(), nullptr);
  }
  base::diag::Diagnostics diagnostics;
  ParseConfig("test", Repeat("a {\n", kMany), diagnostics);
  EXPECT_EQ(Summaries(diagnostics), std::vector<std::string>{"Nesting too deep"});
  Parse(Repeat("(", 900) + "1" + Repeat(")", 900));
}

TEST(Parser, ChainsAreNotNesting) {
  constexpr size_t kMany = 100'000;
  const std::string cases[] = {
      "a" + Repeat(" + a", kMany),
      Repeat("a ? a : ", kMany) + "a",
      "a" + Repeat(".b[0]", kMany),
      "a" + Repeat(" && a || a", kMany),
  };
  for (const std::string& text : cases) {
    const FilePtr file = Parse(text);
    size_t count = 0;
    ForEachTraversal(*file->expression(), [&](const TraversalExpression&) { ++count; });
    EXPECT_GE(count, 1u);
  }
}

TEST(Parser, DiagnosticsAreBounded) {
  base::diag::Diagnostics diagnostics;
  ParseConfig("test", Repeat("a\n", 100'000), diagnostics);
  EXPECT_EQ(diagnostics.size(), 1000u);
}

TEST(Parser, ExpressionsAndTemplatesAlone) {
  base::diag::Diagnostics diagnostics;
  EXPECT_EQ(ParseExpression("x", "1 2", diagnostics)->expression(), nullptr);
  EXPECT_EQ(ParseExpression("x", "", diagnostics)->expression(), nullptr);
  EXPECT_EQ(Summaries(diagnostics),
            (std::vector<std::string>{"Extra characters after expression", "Missing expression"}));
  base::diag::Diagnostics none;
  EXPECT_EQ(Dump(*ParseExpression("x", "1 +\n2 # c", none)->expression()), "(+ 1 2)");
  EXPECT_EQ(Dump(*ParseTemplate("x", "a \"\\n\" ${b}\n$", none)->expression()), "< 'a \"\\n\" ' b '\n$'>");
  EXPECT_EQ(Dump(*ParseTemplate("x", "${a}", none)->expression()), "(wrap a)");
  EXPECT_EQ(Dump(*ParseTemplate("x", "", none)->expression()), "< ''>");
  EXPECT_EQ(Dump(*ParseTemplate("x", "%{ for a in b ~}\n  x\n%{ endfor ~}\n", none)->expression()),
            "< (join (for ,a b - < '  x\n'> -)) ''>");
  EXPECT_TRUE(none.empty());
}

TEST(Static, Readings) {
  const auto keyword = [](const char* text) { return std::string(AsKeyword(*Parse(text)->expression())); };
  EXPECT_EQ(keyword("string"), "string");
  EXPECT_EQ(keyword("null"), "null");
  EXPECT_EQ(keyword("true"), "true");
  EXPECT_EQ(keyword("a.b"), "");
  EXPECT_EQ(keyword("\"a\""), "");
  EXPECT_EQ(keyword("1"), "");
  EXPECT_NE(AsTraversal(*Parse("a.b[0]")->expression()), nullptr);
  EXPECT_EQ(AsTraversal(*Parse("(a.b)")->expression()), nullptr);
  EXPECT_EQ(AsTraversal(*Parse("a[b]")->expression()), nullptr);
  EXPECT_EQ(AsLiteralString(*Parse("\"a$${b}\"")->expression()), "a${b}");
  EXPECT_EQ(AsLiteralString(*Parse("\"${b}\"")->expression()), std::nullopt);
  EXPECT_NE(AsCall(*Parse("f(1)")->expression()), nullptr);
  EXPECT_NE(AsTuple(*Parse("[]")->expression()), nullptr);
  EXPECT_NE(AsObject(*Parse("{}")->expression()), nullptr);
}

TEST(Static, TraversalsWithoutLocalNames) {
  const ShapeCase cases[] = {
      {"a + b.c[0] * (d)", "a b.c[0] d"},
      {"[for k, v in a.b: v.x + k + c.d if v]", "a.b c.d"},
      {"[for a in a: a]", "a"},
      {"[for a in b: [for b in a: b]] == a", "b a"},
      {"x[y.z].w[*].q[r]", "x y.z r"},
      {"{a = b, (c) = d, e.f = g}", "b c d e.f g"},
      {"\"${a}%{ for b in c }${b}${d}%{ endfor }%{ if e }${f}%{ endif }\"", "a c d e f"},
      {"f(a, g(b)...) ? !c : -d", "a b c d"},
      {"true", ""},
  };
  for (const ShapeCase& test : cases) {
    std::string found;
    const FilePtr file = Parse(test.source);
    ForEachTraversal(*file->expression(), [&](const TraversalExpression& t) {
      if (!found.empty()) found += ' ';
      found += Dump(t);
    });
    EXPECT_EQ(found, test.shape) << test.source;
  }
  std::string calls;
  const FilePtr file = Parse("f(g(1), [for x in h(): x])");
  ForEachCall(*file->expression(), [&](const CallExpression& call) { calls += call.name; });
  EXPECT_EQ(calls, "fgh");
}

}  // namespace
}  // namespace language::hcl
