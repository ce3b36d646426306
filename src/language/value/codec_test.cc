#include "language/value/codec.h"

#include <random>

#include <gtest/gtest.h>

#include "base/core/strings.h"

namespace language::value {
namespace {

Value S(std::string_view text) { return Value::String(text); }
Value N(std::string_view text) { return Value::OfNumber(*Number::Parse(text)); }
Type T(std::string_view json) { return *Type::FromJson(json); }
std::string Hex(std::string_view bytes) { return base::core::HexEncode(bytes); }
std::string Bytes(std::string_view hex) { return *base::core::HexDecode(hex); }

TEST(Json, Encodes) {
  struct Case {
    Value value;
    const char *constraint, *json;
  };
  for (const Case& c : std::initializer_list<Case>{
           {S("a\"\\\n\t\x01<>&\u2028\x7f\u00e9"), R"("string")",
            "\"a\\\"\\\\\\n\\t\\u0001\\u003c\\u003e\\u0026\\u2028\x7f\u00e9\""},
           {N("1e21"), R"("number")", "1000000000000000000000"},
           {N("0.1"), R"("number")", "0.1"},
           {Value::Int(7), R"("dynamic")", R"({"value":7,"type":"number"})"},
           {Value(), R"("dynamic")", "null"},
           {Value::Null(Type::String()), R"("dynamic")", R"({"value":null,"type":"string"})"},
           {Value::Set(Type::String(), {S("b"), S("a")}), R"(["set","string"])", R"(["a","b"])"},
           {Value::Object({{"b", Value::True()}, {"a", Value::Null(Type::Number())}}),
            R"(["object",{"a":"number","b":"bool"}])", R"({"a":null,"b":true})"},
           {Value::Object({{"a", S("x")}}), R"(["object",{"a":"dynamic"}])",
            R"({"a":{"value":"x","type":"string"}})"},
           {Value::Tuple({Value::Int(1), S("2")}), R"(["list","string"])", R"(["1","2"])"},
       }) {
    auto json = ToJson(c.value, T(c.constraint));
    ASSERT_TRUE(json.ok()) << json.error().message();
    EXPECT_EQ(*json, c.json);
    auto back = FromJson(*json, T(c.constraint));
    ASSERT_TRUE(back.ok()) << back.error().message();
    if (TypeConforms(c.value.type(), T(c.constraint))) {
      EXPECT_TRUE(back->RawEquals(c.value)) << back->GoString();
    }
  }
  EXPECT_EQ(ToJson(Value::Tuple({Value::Unknown(Type::String())}), Type::Dynamic()).error().message(),
            "[0]: value is not known");
  EXPECT_FALSE(ToJson(Value::OfNumber(Number::Infinity(true)), Type::Number()).ok());
  EXPECT_FALSE(ToJson(Value::Tuple({S("x").WithMarks(kSensitive)}), Type::Dynamic()).ok());
}

TEST(Json, DecodesLeniently) {
  struct Case {
    const char *json, *type, *result;  // GoString, or the error
  };
  for (const Case& c : std::initializer_list<Case>{
           {R"("true")", R"("bool")", "cty.True"},
           {R"("0")", R"("bool")", "cty.False"},
           {"1", R"("bool")", "bool is required"},
           {R"("1.5")", R"("number")", "cty.NumberFloatVal(1.5)"},
           {"true", R"("number")", "number is required"},
           {"1.50", R"("string")", "cty.StringVal(\"1.50\")"},
           {"false", R"("string")", "cty.StringVal(\"false\")"},
           {"[]", R"("string")", "string is required"},
           {"{}", R"(["object",{"a":"bool"}])",
            "cty.ObjectVal(map[string]cty.Value{\"a\":cty.NullVal(cty.Bool)})"},
           {R"({"b":1})", R"(["object",{"a":"bool"}])", "unsupported attribute \"b\""},
           {R"({"a":{"b":"x"}})", R"(["object",{"a":["object",{"b":"bool"}]}])", ".a.b: a bool is required"},
           {R"({"k":["x"]})", R"(["map",["list","number"]])", "[\"k\"][0]: a number is required"},
           {"[1]", R"(["tuple",["number","number"]])", "not enough tuple elements (need 2)"},
           {"[1,2]", R"(["tuple",["number"]])", "too many tuple elements (need 1)"},
           {R"({"type":"string","value":"x"})", R"("dynamic")", "cty.StringVal(\"x\")"},
           {R"({"type":"string"})", R"("dynamic")", "missing value in dynamically-typed value"},
           {R"({"value":1})", R"("dynamic")", "missing type in dynamically-typed value"},
           {R"({"value":1,"type":"number","x":1})", R"("dynamic")",
            "invalid key \"x\" in dynamically-typed value"},
           {R"([{"type":"string","value":"x"},{"type":"bool","value":true}])", R"(["list","dynamic"])",
            "all elements must have the same type"},
           {R"([{"type":"string","value":"x"},null])", R"(["list","dynamic"])",
            "cty.ListVal([]cty.Value{cty.StringVal(\"x\"), cty.NullVal(cty.String)})"},
           {"1e999999999", R"("number")", "a number is required"},
       }) {
    auto value = FromJson(c.json, T(c.type));
    EXPECT_EQ(value.ok() ? value->GoString() : value.error().message(), c.result) << c.json;
  }
  EXPECT_FALSE(FromJson("[1", T(R"(["list","number"])")).ok());
}

TEST(Json, Implied) {
  auto document = base::json::Document::Parse(R"({"a":[1,"x",null,{"b":true}],"a2":{},"n":1.0,"n":2})");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(
      ImpliedType(document->root()).ToJson(),
      R"(["object",{"a":["tuple",["number","string","dynamic",["object",{"b":"bool"}]]],"a2":["object",{}],"n":"number"}])");
  auto value = FromImpliedJson(document->root());
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value->type(), ImpliedType(document->root()));
  EXPECT_EQ(value->Get("n").AsInt64(), 2);
}

// Bytes as dumped from the reference implementation talking to a provider.
TEST(MessagePack, Encodes) {
  Type list = Type::List(Type::String());
  struct Case {
    Value value;
    const char *constraint, *hex;
  };
  for (const Case& c : std::initializer_list<Case>{
           {Value(), R"("dynamic")", "c0"},
           {Value::DynamicUnknown(), R"("dynamic")", "d40000"},
           {Value::Unknown(T(R"(["object",{"a":"number"}])")), R"("dynamic")",
            "92c4195b226f626a656374222c7b2261223a226e756d626572227d5dd40000"},
           {Value::Unknown(Type::Bool()).NotNull(), R"("bool")", "c7030c8101c2"},
           {Value::Unknown(Type::String(), {.not_null = true, .string_prefix = "pre-"}), R"("string")",
            "c7090c8201c202a47072652d"},
           {Value::Unknown(Type::Number(), {.not_null = true, .lower = Number(0)}), R"("number")",
            "c7070c8201c2039200c3"},
           {Value::Unknown(list, {.min_length = 2, .max_length = 300}), R"(["list","string"])",
            "c7070c82050206cd012c"},
           {Value::True(), R"("bool")", "c3"},
           {Value::Int(127), R"("number")", "7f"},
           {Value::Int(128), R"("number")", "cc80"},
           {Value::Int(256), R"("number")", "cd0100"},
           {Value::Int(65536), R"("number")", "ce00010000"},
           {Value::Int(INT64_MAX), R"("number")", "cf7fffffffffffffff"},
           {Value::Int(-32), R"("number")", "e0"},
           {Value::Int(-33), R"("number")", "d0df"},
           {Value::Int(-129), R"("number")", "d1ff7f"},
           {Value::Int(INT64_MIN), R"("number")", "d38000000000000000"},
           {N("9223372036854775808"), R"("number")", "b339323233333732303336383534373735383038"},
           {N("1.5"), R"("number")", "cb3ff8000000000000"},
           {N("0.1"), R"("number")", "a3302e31"},
           {Value::OfNumber(Number::Infinity(false)), R"("number")", "cb7ff0000000000000"},
           {S("x"), R"("string")", "a178"},
           {Value::Set(Type::String(), {S("b"), S("a")}), R"(["set","string"])", "92a161a162"},
           {Value::Object({{"b", S("x")}, {"a", Value::Int(1)}}), R"(["object",{"a":"number","b":"string"}])",
            "82a16101a162a178"},
           {Value::Map(Type::Bool(), {{"k", Value::Null(Type::Bool())}}), R"(["map","bool"])", "81a16bc0"},
           {Value::Tuple({Value::Int(1)}), R"(["tuple",["dynamic"]])", "9192c408226e756d6265722201"},
           {Value::Tuple({Value::Int(1)}), R"(["list","string"])", "91a131"},
       }) {
    auto bytes = ToMessagePack(c.value, T(c.constraint));
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(Hex(*bytes), c.hex) << c.value.GoString();
    auto back = FromMessagePack(*bytes, T(c.constraint));
    ASSERT_TRUE(back.ok()) << back.error().message() << " " << c.hex;
    if (TypeConforms(c.value.type(), T(c.constraint))) {
      EXPECT_TRUE(back->RawEquals(c.value)) << back->GoString();
    }
  }
  for (size_t size : {31u, 32u, 255u, 256u, 65535u, 65536u}) {
    Value text = S(std::string(size, 'x'));
    EXPECT_TRUE(FromMessagePack(*ToMessagePack(text, Type::String()), Type::String())->RawEquals(text));
    std::vector<Value> many(size, Value::True());
    Value list_of = Value::List(Type::Bool(), many);
    EXPECT_TRUE(FromMessagePack(*ToMessagePack(list_of, list_of.type()), list_of.type())->RawEquals(list_of));
  }
  Value prefix = Value::Unknown(Type::String(), {.string_prefix = std::string(1000, 'p')});
  EXPECT_EQ(FromMessagePack(*ToMessagePack(prefix, Type::String()), Type::String())
                ->refinements()
                .string_prefix.size(),
            254u);
}

TEST(MessagePack, DecodesOtherForms) {
  struct Case {
    const char *hex, *type, *result;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"ca3fc00000", R"("number")", "cty.NumberFloatVal(1.5)"},
           {"cfffffffffffffffff", R"("number")", "cty.NumberIntVal(1.8446744073709551615e+19)"},
           {"a3312e35", R"("number")", "cty.NumberFloatVal(1.5)"},
           {"d903616263", R"("string")", "cty.StringVal(\"abc\")"},
           {"c403616263", R"("string")", "cty.StringVal(\"abc\")"},
           {"c70000", R"("string")", "cty.UnknownVal(cty.String)"},
           {"c7020cc0c0", R"("dynamic")", "cty.DynamicVal"},
           {"d50505aa", R"("string")", "cty.UnknownVal(cty.String)"},
           {"c7050c8163a161c0", R"("string")", "cty.UnknownVal(cty.String)"},
           {"c7030c8101c3", R"("string")", "cty.NullVal(cty.String)"},
           {"92a822737472696e6722a178", R"("dynamic")", "cty.StringVal(\"x\")"},
           {"dc000101", R"(["list","number"])", "cty.ListVal([]cty.Value{cty.NumberIntVal(1)})"},
           {"82a162a178a16101", R"(["object",{"a":"number","b":"string"}])",
            "cty.ObjectVal(map[string]cty.Value{\"a\":cty.NumberIntVal(1), \"b\":cty.StringVal(\"x\")})"},
       }) {
    auto value = FromMessagePack(Bytes(c.hex), T(c.type));
    EXPECT_EQ(value.ok() ? value->GoString() : value.error().message(), c.result) << c.hex;
  }
}

TEST(MessagePack, RefusesNonsense) {
  struct Case {
    const char *hex, *type;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"", R"("string")"},
           {"a5", R"("string")"},
           {"01", R"("string")"},
           {"c2", R"("number")"},
           {"cb7ff8000000000000", R"("number")"},  // not a number
           {"ddffffffff", R"(["list","bool"])"},   // longer than the data
           {"df7fffffff", R"(["map","bool"])"},
           {"c6ffffffff", R"("string")"},
           {"c9ffffffff0c", R"("string")"},
           {"80", R"(["object",{"a":"bool"}])"},
           {"81a162c3", R"(["object",{"a":"bool"}])"},
           {"82a161c3a161c3", R"(["object",{"a":"bool","b":"bool"}])"},
           {"8101c3", R"(["map","bool"])"},
           {"9101", R"(["tuple",["number","number"]])"},
           {"92a3626164c0", R"("dynamic")"},
           {"91c0", R"("dynamic")"},
           {"c7050c8202a17801", R"("number")"},
           {"c7050c8205050602", R"(["list","bool"])"},  // no length fits
           {"9292a822737472696e6722a17892a6226266f6f6c22c3", R"(["list","dynamic"])"},
       }) {
    std::optional<std::string> bytes = base::core::HexDecode(c.hex);
    EXPECT_FALSE(FromMessagePack(bytes.value_or(""), T(c.type)).ok()) << c.hex;
  }
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += Bytes("92a92264796e616d696322");
  EXPECT_FALSE(FromMessagePack(deep + "\xc0", Type::Dynamic()).ok());
  std::string big = Bytes("c804010c") + std::string(1025, '\0');
  EXPECT_EQ(FromMessagePack(big, Type::String()).error().message(), "oversize unknown value refinement");
}

// Values of all kinds, nested, by chance.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}
  Type NextType(int depth) {
    switch (random_() % (depth > 0 ? 8 : 3)) {
      case 0:
        return Type::String();
      case 1:
        return Type::Number();
      case 2:
        return Type::Bool();
      case 3:
        return Type::List(NextType(depth - 1));
      case 4:
        return Type::Set(NextType(depth - 1));
      case 5:
        return Type::Map(NextType(depth - 1));
      case 6:
        return Type::Tuple({NextType(depth - 1), NextType(depth - 1)});
      default:
        return Type::Object({{"a", NextType(depth - 1)}, {"\u00e9\n", NextType(depth - 1)}});
    }
  }
  Value NextValue(Type type, bool unknowns) {
    uint64_t choice = random_() % 20;
    if (choice == 0) return Value::Null(type);
    if (choice == 1 && unknowns)
      return Value::Unknown(type, {.not_null = random_() % 2 == 0, .min_length = 1});
    std::vector<Value> values;
    for (uint64_t i = random_() % 4; type.IsCollection() && i > 0; --i) {
      values.push_back(NextValue(type.element(), unknowns));
    }
    switch (type.kind()) {
      case Kind::kString:
        return S(std::string(random_() % 20, 'x') + (random_() % 2 == 0 ? "\u00e9\"" : ""));
      case Kind::kNumber:
        if (random_() % 2 == 0) return Value::Int(static_cast<int64_t>(random_() >> (random_() % 64)));
        return N(std::to_string(random_() % 1000) + "." + std::to_string(random_()));
      case Kind::kBool:
        return Value::Bool(random_() % 2 == 0);
      case Kind::kList:
        return Value::List(type.element(), std::move(values));
      case Kind::kSet:
        return Value::Set(type.element(), std::move(values));
      case Kind::kMap: {
        std::vector<std::pair<std::string, Value>> entries;
        for (Value& value : values) entries.emplace_back(std::to_string(random_() % 100), std::move(value));
        return Value::Map(type.element(), std::move(entries));
      }
      case Kind::kTuple:
        for (Type element : type.elements()) values.push_back(NextValue(element, unknowns));
        return Value::Tuple(std::move(values));
      default:
        for (const auto& attribute : type.attributes()) values.push_back(NextValue(attribute.type, unknowns));
        return Value::ObjectOf(type, std::move(values));
    }
  }

 private:
  std::mt19937_64 random_;
};

TEST(Codecs, RoundTripsOfRandomValues) {
  Generator generator(42);
  for (int i = 0; i < 2000; ++i) {
    Type type = generator.NextType(4);
    for (Type constraint : {type, Type::Dynamic()}) {
      Value known = generator.NextValue(type, false);
      auto json = ToJson(known, constraint);
      ASSERT_TRUE(json.ok()) << known.GoString();
      auto read = FromJson(*json, constraint);
      ASSERT_TRUE(read.ok() && read->RawEquals(known)) << *json;
      Value value = generator.NextValue(type, true);
      auto decoded = FromMessagePack(*ToMessagePack(value, constraint), constraint);
      ASSERT_TRUE(decoded.ok()) << value.GoString();
      ASSERT_TRUE(decoded->RawEquals(value)) << value.GoString() << "\n" << decoded->GoString();
      ASSERT_EQ(decoded->Hash(), value.Hash());
    }
  }
}

}  // namespace
}  // namespace language::value
