#include "engine/test/mock_values.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace engine::test {
namespace {

using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::Nesting;

TextSource Counted() {
  auto count = std::make_shared<int>(0);
  return [count] { return fmt::format("text{}", ++*count); };
}

std::shared_ptr<const Block> Rule() {
  auto rule = std::make_shared<Block>();
  rule->attributes = {Attribute{.name = "id", .type = Type::String(), .computed = true},
                      Attribute{.name = "port", .type = Type::Number(), .required = true}};
  rule->Finish();
  return rule;
}

Attribute Server() {
  auto nested = std::make_shared<language::schema::NestedType>();
  nested->attributes = {Attribute{.name = "host", .type = Type::String(), .optional = true},
                        Attribute{.name = "up", .type = Type::Bool(), .computed = true}};
  return {
      .name = "server", .type = language::schema::ImpliedType(*nested), .nested = nested, .optional = true};
}

Block Schema() {
  Block schema;
  schema.attributes = {Attribute{.name = "id", .type = Type::String(), .computed = true},
                       Attribute{.name = "name", .type = Type::String(), .optional = true},
                       Attribute{.name = "size", .type = Type::Number(), .optional = true, .computed = true},
                       Attribute{.name = "shape",
                                 .type = Type::Object({{"h", Type::Number()}, {"w", Type::String()}}),
                                 .computed = true},
                       Attribute{.name = "list", .type = Type::List(Type::String()), .computed = true},
                       Server()};
  schema.blocks = {NestedBlock{.type_name = "rule", .nesting = Nesting::kSet, .block = Rule()}};
  schema.Finish();
  return schema;
}

// What is configured: a name, a server and two rules; the rest is to be computed.
Value Configured(const Block& schema) {
  const Type rule = Rule()->implied_type();
  const auto rule_of = [&](int64_t port) {
    return Value::ObjectOf(rule, std::vector<Value>{Value::Null(Type::String()), Value::Int(port)});
  };
  return schema.EmptyValue().Transform([&](const Path& path, const Value& value) {
    if (path.size() != 1) return value;
    if (path[0].attribute == "name") return Value::String("bird");
    if (path[0].attribute == "server")
      return Value::ObjectOf(Server().type,
                             std::vector<Value>{Value::String("h"), Value::Null(Type::Bool())});
    if (path[0].attribute == "rule") return Value::Set(rule, {rule_of(1), rule_of(2)});
    return value;
  });
}

TEST(MadeUp, HasAValueForEveryType) {
  const TextSource texts = Counted();
  EXPECT_EQ(MadeUp(Type::String(), texts).AsString(), "text1");
  EXPECT_TRUE(MadeUp(Type::Number(), texts).RawEquals(Value::Int(0)));
  EXPECT_TRUE(MadeUp(Type::Bool(), texts).RawEquals(Value::False()));
  EXPECT_EQ(MadeUp(Type::Map(Type::Bool()), texts).Length(), 0u);
  EXPECT_TRUE(MadeUp(Type::Dynamic(), texts).IsNull());
  const Value object = MadeUp(Type::Object({{"a", Type::String()}, {"b", Type::Set(Type::Number())}}), texts);
  EXPECT_EQ(object.Get("a").AsString(), "text2");
  EXPECT_EQ(object.Get("b").Length(), 0u);
}

TEST(MadeUp, TextsAreEightLettersAndDigits) {
  const TextSource random = RandomTexts();
  EXPECT_EQ(random().size(), 8u);
  EXPECT_NE(random(), random());
  EXPECT_EQ(random().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  EXPECT_EQ(RepeatableTexts(7)(), RepeatableTexts(7)());
}

TEST(FillComputed, PlansUnknownValues) {
  const Block schema = Schema();
  provider::api::ProviderDiagnostics problems;
  const Value planned =
      FillComputed(schema, Configured(schema), Fill::kNulls, {.unknown = true}, Counted(), problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(planned.Get("id").IsUnknown());
  EXPECT_TRUE(planned.Get("size").IsUnknown());
  EXPECT_EQ(planned.Get("name").AsString(), "bird");
  EXPECT_TRUE(planned.Get("server").Get("up").IsUnknown());
  EXPECT_EQ(planned.Get("server").Get("host").AsString(), "h");
  EXPECT_FALSE(planned.Get("rule").IsWhollyKnown());
}

TEST(FillComputed, AppliesWhatIsGivenAndMakesUpTheRest) {
  const Block schema = Schema();
  const Value given =
      Value::Object({{"id", Value::String("given")},
                     {"name", Value::String("not computed, so not used")},
                     {"shape", Value::Object({{"h", Value::String("3")}, {"depth", Value::Int(1)}})},
                     {"list", Value::Tuple({Value::Int(1), Value::String("x")})},
                     {"rule", Value::Object({{"id", Value::String("for all")}})},
                     {"unknown", Value::Int(1)}});
  provider::api::ProviderDiagnostics problems;
  const TextSource texts = Counted();
  const Value planned =
      FillComputed(schema, Configured(schema), Fill::kNulls, {.unknown = true}, texts, problems);
  const Value applied = FillComputed(schema, planned, Fill::kUnknowns, {.given = given}, texts, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(applied.IsWhollyKnown());
  EXPECT_TRUE(applied.type() == schema.implied_type());
  EXPECT_EQ(applied.Get("id").AsString(), "given");
  EXPECT_EQ(applied.Get("name").AsString(), "bird");
  EXPECT_TRUE(applied.Get("size").RawEquals(Value::Int(0)));
  EXPECT_TRUE(applied.Get("shape").Get("h").RawEquals(Value::Int(3)));
  EXPECT_TRUE(applied.Get("shape").Get("w").AsString().starts_with("text"));
  EXPECT_EQ(applied.Get("list").ElementAt(0).AsString(), "1");
  EXPECT_EQ(applied.Get("rule").Length(), 2u);
  for (const Value& rule : applied.Get("rule").Elements()) EXPECT_EQ(rule.Get("id").AsString(), "for all");
}

TEST(FillComputed, TellsWhatDoesNotFit) {
  const Block schema = Schema();
  const Value given = Value::Object({{"id", Value::EmptyTuple()},
                                     {"shape", Value::Object({{"h", Value::String("tall")}})},
                                     {"server", Value::String("no object")}});
  provider::api::ProviderDiagnostics problems;
  const Value filled = FillComputed(schema, Configured(schema), Fill::kNulls,
                                    {.given = given, .given_at = "a.tftest.hcl:3"}, Counted(), problems);
  EXPECT_TRUE(filled.IsWhollyKnown());  // something usable comes back all the same
  std::string details;
  for (const auto& problem : problems) {
    EXPECT_EQ(problem.summary, "Failed to compute attribute");
    details += problem.detail + "\n";
  }
  EXPECT_EQ(problems.size(), 3u) << details;
  EXPECT_NE(details.find("\"id\" at a.tftest.hcl:3"), std::string::npos) << details;
  EXPECT_NE(details.find("\"shape.h\""), std::string::npos) << details;
  EXPECT_NE(details.find("\"server\""), std::string::npos) << details;
}

}  // namespace
}  // namespace engine::test
