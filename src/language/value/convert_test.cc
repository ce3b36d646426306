#include "language/value/convert.h"

#include <gtest/gtest.h>

#include "language/value/codec.h"

namespace language::value {
namespace {

Value Of(std::string_view json) {
  auto document = base::json::Document::Parse(json);
  EXPECT_TRUE(document.ok()) << json;
  return *FromImpliedJson(document->root());
}
Type T(std::string_view json) {
  std::optional<Type> type = Type::FromJson(json);
  EXPECT_TRUE(type.has_value()) << json;
  return type.value_or(Type());
}
std::string Show(const Value& value) {
  auto json = ToJson(value, Type::Dynamic());
  return json.ok() ? *json : value.GoString();
}

TEST(Convert, Values) {
  struct Case {
    const char *value, *want, *result;  // result: {"value":..,"type":..} or the error
  };
  for (
      const Case& c : std::initializer_list<Case>{
          {"1.50", R"("string")", R"({"value":"1.5","type":"string"})"},
          {"true", R"("string")", R"({"value":"true","type":"string"})"},
          {R"("1e3")", R"("number")", R"({"value":1000,"type":"number"})"},
          {R"("x")", R"("number")", "a number is required"},
          {R"("1")", R"("bool")", R"({"value":true,"type":"bool"})"},
          {R"("True")", R"("bool")", "a bool is required; to convert from string, use lowercase \"true\""},
          {R"("yes")", R"("bool")", "a bool is required"},
          {"1", R"("bool")", "bool required"},
          {"{}", R"("string")", "string required"},
          {"null", R"("string")", R"({"value":null,"type":"string"})"},
          {"[1,\"a\"]", R"(["list","string"])", R"({"value":["1","a"],"type":["list","string"]})"},
          {"[1,\"a\"]", R"(["list","dynamic"])", R"({"value":["1","a"],"type":["list","string"]})"},
          {"[]", R"(["list","number"])", R"({"value":[],"type":["list","number"]})"},
          {"[]", R"(["list","dynamic"])", R"({"value":[],"type":["list","dynamic"]})"},
          {"[1,[2]]", R"(["list","dynamic"])", "all list elements must have the same type"},
          {"[1,[2]]", R"(["set","dynamic"])", "all set elements must have the same type"},
          {"[2,1,2]", R"(["set","number"])", R"({"value":[1,2],"type":["set","number"]})"},
          {"[1,null]", R"(["set","string"])", R"({"value":["1",null],"type":["set","string"]})"},
          {R"(["x","1"])", R"(["list","number"])", "[0]: a number is required"},
          {R"([{"a":["x"]}])", R"(["list",["object",{"a":["list","bool"]}]])",
           "[0].a[0]: a bool is required"},
          {"[{}]", R"(["list","string"])", "element 0: string required"},
          {R"({"b":1,"a":"x"})", R"(["map","string"])",
           R"({"value":{"a":"x","b":"1"},"type":["map","string"]})"},
          {R"({"a":{}})", R"(["map","string"])", "element \"a\": string required"},
          {R"({"a":[1],"b":["x","y"]})", R"(["map","dynamic"])",
           R"({"value":{"a":["1"],"b":["x","y"]},"type":["map",["list","string"]]})"},
          {R"({"a":1,"b":2})", R"(["object",{"a":"string"}])",
           R"({"value":{"a":"1"},"type":["object",{"a":"string"}]})"},
          {R"({"b":2})", R"(["object",{"a":"string"}])", "attribute \"a\" is required"},
          {"{}", R"(["object",{"a":"string","b":"string"}])", "attributes \"a\" and \"b\" are required"},
          {"{}", R"(["object",{"a":"string","b":"string","c":"bool"}])",
           "attributes \"a\", \"b\", and \"c\" are required"},
          {"{}", R"(["object",{"a":"string"},["a"]])",
           R"({"value":{"a":null},"type":["object",{"a":"string"}]})"},
          {R"({"a":[]})", R"(["object",{"a":"string"}])", "attribute \"a\": string required"},
          {R"([1,true])", R"(["tuple",["string","string"]])",
           R"({"value":["1","true"],"type":["tuple",["string","string"]]})"},
          {"[1]", R"(["tuple",["string","string"]])", "tuple required"},
          {"[1]", R"(["map","string"])", "map of string required"},
          {"[1]", R"(["map","dynamic"])", "map of any single type required"},
          {"{}", R"(["list","string"])", "list of string required"},
          {R"([[1],["a","b"]])", R"(["list","dynamic"])",
           R"({"value":[["1"],["a","b"]],"type":["list",["list","string"]]})"},
          {R"([{"a":1},{"b":"x"}])", R"(["list","dynamic"])",
           R"({"value":[{"a":"1"},{"b":"x"}],"type":["list",["map","string"]]})"},
          {R"({"k":[{"a":1}]})", R"(["map",["list",["object",{"a":"string","b":"bool"},["b"]]]])",
           R"({"value":{"k":[{"a":"1","b":null}]},"type":["map",["list",["object",{"a":"string","b":"bool"}]]]})"},
      }) {
    Conversion conversion = Convert(Of(c.value), T(c.want));
    std::string got;
    if (conversion.ok()) {
      got = Show(conversion.value);
    } else {
      got = PathToString(conversion.error->path);
      if (!got.empty()) got += ": ";
      got += conversion.error->message;
    }
    EXPECT_EQ(got, c.result) << c.value << " to " << c.want;
  }
}

TEST(Convert, Collections) {
  Value set = Value::Set(Type::Number(), {Value::Int(10), Value::Int(9)});
  EXPECT_EQ(Show(Convert(set, T(R"(["list","string"])")).value),
            R"({"value":["9","10"],"type":["list","string"]})");
  EXPECT_EQ(Show(Convert(set, T(R"(["set","string"])")).value),
            R"({"value":["10","9"],"type":["set","string"]})");
  Value map = Value::Map(Type::String(), {{"a", Value::String("1")}, {"z", Value::String("x")}});
  EXPECT_EQ(Show(Convert(map, T(R"(["object",{"a":"number"}])")).value),
            R"({"value":{"a":1},"type":["object",{"a":"number"}]})");
  Conversion missing = Convert(map, T(R"(["object",{"b":"number"}])"));
  EXPECT_EQ(missing.error->message, "map has no element for required attribute \"b\"");
  Value lists = Value::List(Type::List(Type::String()), {});
  EXPECT_EQ(Convert(lists, T(R"(["list",["list","bool"]])")).value.type(), T(R"(["list",["list","bool"]])"));
  EXPECT_EQ(Convert(lists, T(R"(["list","string"])")).error->message,
            "incorrect list element type: string required");
  EXPECT_EQ(Convert(lists, T(R"(["list","dynamic"])")).value.type(), lists.type());
}

TEST(Convert, UnknownsAndMarks) {
  auto go = [](const Value& value, const char* want) { return Convert(value, T(want)).value.GoString(); };
  EXPECT_EQ(go(Value::DynamicUnknown(), R"("string")"), "cty.UnknownVal(cty.String)");
  EXPECT_EQ(go(Value::Unknown(Type::Number()).NotNull(), R"("string")"),
            "cty.UnknownVal(cty.String).RefineNotNull()");
  Type tuple = T(R"(["tuple",["number","string"]])");
  EXPECT_EQ(go(Value::Unknown(tuple).NotNull(), R"(["list","dynamic"])"),
            "cty.ListVal([]cty.Value{cty.UnknownVal(cty.String), cty.UnknownVal(cty.String)})");
  EXPECT_EQ(go(Value::Unknown(tuple), R"(["set","string"])"),
            "cty.UnknownVal(cty.Set(cty.String)).Refine().CollectionLengthLowerBound(1)."
            "CollectionLengthUpperBound(2)"
            ".NewValue()");
  EXPECT_EQ(go(Value::Unknown(Type::List(Type::Number()), {.min_length = 3}), R"(["set","string"])"),
            "cty.UnknownVal(cty.Set(cty.String)).Refine().CollectionLengthLowerBound(1).NewValue()");
  Value set = Value::Set(Type::String(), {Value::Unknown(Type::String()), Value::String("x")});
  EXPECT_EQ(go(set, R"(["list","string"])"), "cty.UnknownVal(cty.List(cty.String))");
  Value marked = Value::Tuple({Value::Int(1).WithMarks(kSensitive)}).WithMarks(kEphemeral);
  EXPECT_EQ(go(marked, R"(["list","string"])"),
            "cty.ListVal([]cty.Value{cty.StringVal(\"1\").Mark(marks.Sensitive)}).Mark(marks.Ephemeral)");
  EXPECT_EQ(go(marked, R"(["set","string"])"),
            "cty.SetVal([]cty.Value{cty.StringVal(\"1\")}).WithMarks(cty.NewValueMarks(marks.Ephemeral, "
            "marks.Sensitive))");
}

TEST(CanConvert, Safety) {
  struct Case {
    const char *from, *to;
    bool possible, safe;
  };
  for (const Case& c : std::initializer_list<Case>{
           {R"("number")", R"("string")", true, true},
           {R"("string")", R"("number")", true, false},
           {R"("bool")", R"("number")", false, false},
           {R"("dynamic")", R"("bool")", true, false},
           {R"(["list","string"])", R"(["set","string"])", true, false},
           {R"(["set","string"])", R"(["list","string"])", true, true},
           {R"(["map","string"])", R"(["object",{"a":"string"}])", true, false},
           {R"(["object",{"a":"string","b":"bool"}])", R"(["object",{"a":"string"}])", true, true},
           {R"(["tuple",["string"]])", R"(["list","number"])", true, false},
           {R"(["tuple",[]])", R"(["list","number"])", true, true},
           {R"(["list","string"])", R"(["tuple",["string"]])", false, false},
           {R"(["map","string"])", R"(["list","string"])", false, false},
       }) {
    EXPECT_EQ(CanConvert(T(c.from), T(c.to), false), c.possible) << c.from << c.to;
    EXPECT_EQ(CanConvert(T(c.from), T(c.to), true), c.safe) << c.from << c.to;
  }
}

// The conditionals of these are recorded from `terraform console` 1.11.4.
TEST(Unify, Types) {
  struct Case {
    std::vector<const char*> types;
    const char* result;  // null: none
  };
  const char *s = R"("string")", *n = R"("number")", *b = R"("bool")", *d = R"("dynamic")";
  for (const Case& c : std::initializer_list<Case>{
           {{n, n}, n},
           {{n, s, b}, s},
           {{n, b}, nullptr},
           {{d, n}, d},
           {{d, R"(["list","string"])"}, d},
           {{R"(["object",{"a":"number"}])", R"(["object",{"b":"number"}])"}, R"(["map","number"])"},
           {{R"(["object",{"a":"number"}])", R"(["object",{"a":"string"}])"}, R"(["object",{"a":"string"}])"},
           {{R"(["object",{"a":"number"}])", R"(["object",{"a":"bool"}])"}, nullptr},
           {{R"(["object",{"a":"number"}])", R"(["object",{"b":["tuple",[]]}])"}, nullptr},
           {{R"(["tuple",["number"]])", R"(["tuple",["string","string"]])"}, R"(["list","string"])"},
           {{R"(["tuple",["number"]])", R"(["tuple",["string"]])"}, R"(["tuple",["string"]])"},
           {{R"(["set","number"])", R"(["tuple",["number","number"]])"}, R"(["set","number"])"},
           {{R"(["list","number"])", R"(["tuple",["string"]])"}, R"(["list","string"])"},
           {{R"(["map","number"])", R"(["object",{"a":"string"}])"}, R"(["map","string"])"},
           {{R"(["map","number"])", R"(["map","string"])"}, R"(["map","string"])"},
           {{R"(["object",{}])", R"(["tuple",[]])"}, nullptr},
           {{s, R"(["list","string"])"}, nullptr},
           {{R"(["list","string"])", R"(["set","string"])"}, nullptr},
       }) {
    for (bool reversed : {false, true}) {
      std::vector<Type> types;
      for (const char* type : c.types) types.push_back(T(type));
      if (reversed) std::ranges::reverse(types);
      std::optional<Type> result = Unify(types);
      // A set is above tuples only where lists may become sets.
      if (!result) result = Unify(types, /*unsafe=*/true);
      bool none = c.result == nullptr;
      if (none && types[0].IsCollection() && types[1].IsCollection()) continue;
      EXPECT_EQ(result ? result->ToJson() : "none", none ? "none" : c.result) << c.types[0];
    }
  }
  EXPECT_FALSE(Unify({}).has_value());
  std::vector<Type> many(100'000, Type::String());
  many.push_back(Type::Number());
  EXPECT_EQ(Unify(many), Type::String());
}

}  // namespace
}  // namespace language::value
