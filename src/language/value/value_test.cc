#include "language/value/value.h"

#include <thread>

#include <gtest/gtest.h>

#include "language/value/set_order.h"

namespace language::value {
namespace {

Value S(std::string_view text) { return Value::String(text); }
Value I(int64_t number) { return Value::Int(number); }
Value N(std::string_view text) { return Value::OfNumber(*Number::Parse(text)); }
Value Strings(std::vector<std::string> texts) {
  std::vector<Value> values;
  for (const std::string& text : texts) values.push_back(S(text));
  return Value::List(Type::String(), std::move(values));
}

TEST(Type, InternsAndNames) {
  Type object = Type::Object({{"b", Type::Number()}, {"a", Type::List(Type::String())}});
  EXPECT_EQ(object, Type::Object({{"a", Type::List(Type::String())}, {"b", Type::Number()}}));
  EXPECT_NE(object, Type::Object({{"a", Type::List(Type::String()), true}, {"b", Type::Number()}}));
  EXPECT_EQ(object.AttributeIndex("b"), 1);
  EXPECT_EQ(object.AttributeIndex("c"), -1);
  EXPECT_EQ(Type::List(Type::Dynamic()).FriendlyName(), "list of dynamic");
  EXPECT_EQ(Type::Map(Type::Dynamic()).FriendlyNameForConstraint(), "map of any single type");
  EXPECT_EQ(object.FriendlyName(), "object");
  EXPECT_EQ(Type::Dynamic().FriendlyNameForConstraint(), "any type");
  std::vector<ObjectAttribute> many;
  for (int i = 0; i < 100; ++i) many.push_back({"attribute" + std::to_string(i), Type::Bool()});
  Type large = Type::Object(many);
  for (size_t i = 0; i < 100; ++i)
    EXPECT_EQ(large.AttributeIndex(large.attributes()[i].name), static_cast<int>(i));
  EXPECT_EQ(large.AttributeIndex("attribute100"), -1);
}

TEST(Type, Json) {
  for (const char* json :
       {R"("string")", R"("dynamic")", R"(["list",["set",["map","bool"]]])", R"(["tuple",[]])",
        R"(["tuple",["string",["object",{}]]])", R"(["object",{"a":"number","b\u003c":"bool"}])",
        R"(["object",{"a":"number","b":"bool"},["b"]])"}) {
    auto type = Type::FromJson(json);
    ASSERT_TRUE(type.has_value()) << json;
    EXPECT_EQ(type->ToJson(), json);
  }
  for (const char* bad :
       {"", "1", R"("x")", R"(["list"])", R"(["list","string","string"])", R"(["tuple","string"])",
        R"(["object",{"a":1}])", R"(["object",{},["a"]])", R"(["object",{"a":"bool","a":"bool"}])"}) {
    EXPECT_FALSE(Type::FromJson(bad).has_value()) << bad;
  }
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "[\"list\",";
  EXPECT_FALSE(Type::FromJson(deep + "\"string\"" + std::string(5000, ']')).has_value());
  Type optional = *Type::FromJson(R"(["list",["object",{"a":"number","b":"bool"},["b"]]])");
  EXPECT_TRUE(optional.HasOptional());
  EXPECT_EQ(optional.ConstraintSyntax(), "list(object({ a = number, b = optional(bool) }))");
  EXPECT_EQ(optional.WithoutOptional().ToJson(), R"(["list",["object",{"a":"number","b":"bool"}]])");
}

TEST(Type, InterningFromManyThreads) {
  std::vector<std::vector<Type>> seen(8);
  {
    std::vector<std::jthread> threads;
    for (auto& types : seen) {
      threads.emplace_back([&types] {
        for (int i = 0; i < 500; ++i) {
          types.push_back(
              Type::List(Type::Object({{"threads" + std::to_string(i), Type::Set(Type::Bool())}})));
        }
      });
    }
  }
  for (const auto& types : seen) EXPECT_EQ(types, seen[0]);
}

TEST(Value, InlineAndShared) {
  for (size_t size : {0u, 1u, 13u, 14u, 15u, 16u, 1000u}) {
    std::string text(size, 'x');
    Value value = S(text), copy = value, moved = std::move(value);
    EXPECT_EQ(copy.AsString(), text);
    EXPECT_EQ(moved.AsString(), text);
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.Move,bugprone-use-after-move): it is null then
    EXPECT_TRUE(value.IsNull());
    EXPECT_TRUE(copy.RawEquals(moved));
    EXPECT_EQ(copy.Hash(), moved.Hash());
    EXPECT_EQ(copy.WithMarks(kSensitive).AsString(), text);
  }
  EXPECT_EQ(S("e\u0301").AsString(), "\u00e9");
  EXPECT_EQ(S("a\xff").AsString(), "a\ufffd");
  EXPECT_EQ(I(INT64_MIN).AsInt64(), INT64_MIN);
  EXPECT_EQ(N("0.5").AsNumber().ToString(), "0.5");
  EXPECT_EQ(N("3").AsNumber().precision(), 512);
  EXPECT_EQ(I(3).AsNumber().precision(), 64);
  EXPECT_TRUE(Value().type().IsDynamic());
}

TEST(Value, Compounds) {
  Value object = Value::Object({{"b", I(1)}, {"a", S("x")}, {"b", I(2)}});
  EXPECT_EQ(object.GoString(),
            R"(cty.ObjectVal(map[string]cty.Value{"a":cty.StringVal("x"), "b":cty.NumberIntVal(2)}))");
  EXPECT_EQ(object.KeyAt(1), "b");
  EXPECT_EQ(object.Find("c"), nullptr);
  Value map = Value::Map(Type::Number(), {{"k", I(1)}, {"e\u0301", I(2)}, {"k", I(3)}});
  EXPECT_EQ(map.Length(), 2u);
  EXPECT_EQ(map.Find("k")->AsInt64(), 3);
  EXPECT_NE(map.Find("\u00e9"), nullptr);
  // Nulls and unknowns of no type take the type of their place.
  Value list = Value::List(Type::String(), {Value(), Value::DynamicUnknown().WithMarks(kSensitive), S("x")});
  EXPECT_EQ(list.ElementAt(0).type(), Type::String());
  EXPECT_EQ(list.ElementAt(1).type(), Type::String());
  EXPECT_TRUE(list.ElementAt(1).IsMarked(kSensitive));
  EXPECT_FALSE(list.IsWhollyKnown());
  // Parts of types that are dynamic follow the values.
  Type loose = Type::Object({{"any", Type::Dynamic()}, {"s", Type::String()}});
  EXPECT_EQ(Value::ObjectOf(loose, {Strings({"x"}), Value()}).type().ToJson(),
            R"(["object",{"any":["list","string"],"s":"string"}])");
  EXPECT_EQ(Value::List(Type::Dynamic(), {I(1)}).type(), Type::List(Type::Number()));
}

TEST(Value, DeepValuesAreFreedWithoutRecursion) {
  Value deep = S("a string that is not inline");
  for (int i = 0; i < 200'000; ++i) {
    std::vector<Value> one;
    one.push_back(std::move(deep));
    deep = Value::Tuple(std::move(one));
  }
  deep = Value();
  EXPECT_TRUE(deep.IsNull());
}

TEST(Value, CountsAcrossThreads) {
  Value shared = Strings({"a string that is not inline", "another string that is not"});
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([shared] {
      for (int i = 0; i < 20'000; ++i) {
        Value copy = shared;
        Value element = copy.ElementAt(1);
        copy = element;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(shared.ElementAt(0).AsString(), "a string that is not inline");
}

std::string Order(const Value& set) {
  std::string out;
  for (const Value& element : set.Elements()) out += SetHashBytes(element) + " ";
  return out;
}

// Orders as recorded from `terraform console` 1.11.4.
TEST(Set, Order) {
  auto lists = Value::Set(Type::List(Type::String()), {Strings({"b"}), Strings({"a", "c"}), Strings({"a"})});
  EXPECT_EQ(Order(lists), R"(["a";"c";] ["a";] ["b";] )");
  EXPECT_EQ(Order(Value::Set(Type::Number(), {I(3), I(20), I(100), N("1.5"), I(-1), I(3)})),
            "-1 1.5 3 20 100 ");
  EXPECT_EQ(Order(Value::Set(Type::Number(), {I(0), N("-0")})), "-0 0 ");
  Value tenth = Value::OfNumber(*Number::Divide(*Number::Parse("1"), *Number::Parse("10")));
  EXPECT_EQ(Order(Value::Set(Type::Number(), {N("0.1"), tenth})), "0.1 ");
  EXPECT_EQ(Order(Value::Set(Type::String(), {S("b"), S("a"), S("B"), S("\u00e9"), S("10"), S("9"), S("a")})),
            "\"10\" \"9\" \"B\" \"a\" \"b\" \"\u00e9\" ");
  EXPECT_EQ(Order(Value::Set(Type::Bool(), {Value::True(), Value::False(), Value::True()})), "F T ");
  EXPECT_EQ(Order(Value::Set(Type::String(), {Value::Unknown(Type::String()), Value::Null(Type::String()),
                                              S("b"), Value::Unknown(Type::String())})),
            "\"b\" ? ? ~ ");
  auto object = [](Value a) { return Value::Object({{"a", std::move(a)}}); };
  EXPECT_EQ(Order(Value::Set(object(I(1)).type(), {object(I(2)), object(I(10)), object(I(-1))})),
            "<-1;> <10;> <2;> ");
  EXPECT_EQ(Order(Value::Set(object(S("")).type(), {object(S("x\n")), object(S("x")), object(S("x\u00a0"))})),
            R"(<"x";> <"x\n";> <"x\u00a0";> )");
  // Equal in ten digits: the order of insertion stays.
  auto tuple = [](const char* number) { return Value::Tuple({N(number)}); };
  Value close = Value::Set(tuple("1").type(), {tuple("1.00000000001"), tuple("1.00000000002"), tuple("1")});
  EXPECT_EQ(close.ElementAt(1).ElementAt(0).AsNumber().ToString(), "1.00000000002");
  EXPECT_EQ(close.ElementAt(2).ElementAt(0).AsNumber().ToString(), "1");
  EXPECT_EQ(SetHashBytes(Value::Map(Type::Number(), {{"k\"", I(1)}, {"a", I(12345678901)}})),
            R"({"a":1.23456789e+10;"k\"":1;})");
}

TEST(Set, LargeAndHashed) {
  std::vector<Value> values;
  for (int i = 0; i < 100'000; ++i)
    values.push_back(Value::Object({{"id", S("element " + std::to_string(i % 50'000))}}));
  Value probe = values[777], unknown = Value::Unknown(probe.type());
  Type type = probe.type();
  Value set = Value::Set(type, values);
  EXPECT_EQ(set.Length(), 50'000u);
  EXPECT_TRUE(set.SetContains(probe));
  EXPECT_FALSE(set.SetContains(Value::Object({{"id", S("other")}})));
  EXPECT_FALSE(set.SetContains(unknown));
  for (const Value& value : values) ASSERT_TRUE(set.SetContains(value));
  std::vector<Value> unknowns(50'000, Value::Unknown(Type::String()));
  EXPECT_EQ(Value::Set(Type::String(), unknowns).Length(), 50'000u);
}

TEST(Set, MarksRise) {
  Value set =
      Value::Set(Type::List(Type::String()), {Value::List(Type::String(), {S("x").WithMarks(kSensitive)})});
  EXPECT_EQ(set.marks(), kSensitive);
  EXPECT_FALSE(set.ElementAt(0).HasMarksDeep());
}

TEST(Equality, LanguageAndIdentity) {
  Value unknown = Value::Unknown(Type::String()), some = unknown.NotNull();
  Value prefixed = Value::Unknown(Type::String(), {.string_prefix = "a-"});
  Value long_list = Value::Unknown(Type::List(Type::String()), {.min_length = 2});
  Value dynamic = Value::DynamicUnknown();
  auto object = [](Value a, Value b) { return Value::Object({{"a", std::move(a)}, {"b", std::move(b)}}); };
  struct Case {
    Value a, b;
    char equal;  // t, f, or u: unknown
    bool identical;
  };
  for (const Case& c : std::initializer_list<Case>{
           {I(1), N("1"), 't', true},
           {I(1), S("1"), 'f', false},
           {Value(), Value::Null(Type::String()), 't', false},
           {Value(), S("x"), 'f', false},
           {unknown, unknown, 'u', true},
           {unknown, S("x"), 'u', false},
           {unknown, Value(), 'u', false},
           {some, Value(), 'f', false},
           {prefixed, S("b"), 'f', false},
           {prefixed, S("a-b"), 'u', false},
           {prefixed, unknown, 'u', false},
           {long_list, Strings({"x"}), 'f', false},
           {long_list, Strings({"x", "y"}), 'u', false},
           {unknown, I(1), 'f', false},
           {dynamic, I(1), 'u', false},
           {Value::Tuple({I(1)}), Value::List(Type::Number(), {I(1)}), 'f', false},
           {object(I(1), unknown), object(I(2), unknown), 'f', false},
           {object(unknown, I(1)), object(S("x"), I(2)), 'f', false},
           {object(I(1), unknown), object(I(1), unknown), 'u', true},
           {object(I(1), dynamic), object(I(1), S("x")), 'u', false},
           {Value::Tuple({dynamic}), Value::Tuple({}), 'f', false},
           {Value::List(Type::String(), {unknown, S("a")}), Value::List(Type::String(), {S("x"), S("b")}),
            'u', false},
           {Value::List(Type::String(), {S("a"), unknown}), Value::List(Type::String(), {S("b"), S("b")}),
            'f', false},
           {Value::Set(Type::String(), {unknown}), Value::Set(Type::String(), {S("b")}), 'u', false},
           {Value::Set(Type::String(), {S("a"), S("b")}), Value::Set(Type::String(), {S("b"), S("a")}), 't',
            true},
           {Value::Map(Type::String(), {{"k", unknown}}), Value::Map(Type::String(), {{"l", unknown}}), 'f',
            false},
           {Value::Unknown(Type::Number(), {.lower = Number(3)}), I(2), 'f', false},
           {Value::Unknown(Type::Number(), {.lower = Number(3), .lower_inclusive = false}), I(3), 'f', false},
       }) {
    for (auto [x, y] : {std::pair(&c.a, &c.b), std::pair(&c.b, &c.a)}) {
      Value equal = Value::Equals(*x, *y);
      char got = equal.IsUnknown() ? 'u' : equal.AsBool() ? 't' : 'f';
      EXPECT_EQ(got, c.equal) << x->GoString() << " == " << y->GoString();
      EXPECT_EQ(Value::KnownEqual(*x, *y), c.equal == 't');
      EXPECT_EQ(x->RawEquals(*y), c.identical) << x->GoString() << " " << y->GoString();
      if (c.identical) {
        EXPECT_EQ(x->Hash(), y->Hash());
      }
    }
  }
  EXPECT_EQ(Value::Equals(S("x").WithMarks(kSensitive), S("x").WithMarks(kEphemeral)).marks(),
            kSensitive | kEphemeral);
  EXPECT_FALSE(S("x").RawEquals(S("x").WithMarks(kSensitive)));
}

TEST(Unknown, RefinementsCollapse) {
  Type list = Type::List(Type::String()), set = Type::Set(Type::String()), map = Type::Map(Type::String());
  auto length = [](int64_t n) { return Refinements{.not_null = true, .min_length = n, .max_length = n}; };
  EXPECT_EQ(Value::Unknown(list, length(2)).GoString(),
            "cty.ListVal([]cty.Value{cty.UnknownVal(cty.String), cty.UnknownVal(cty.String)})");
  EXPECT_EQ(Value::Unknown(set, length(1)).GoString(), "cty.SetVal([]cty.Value{cty.UnknownVal(cty.String)})");
  EXPECT_TRUE(Value::Unknown(set, length(2)).IsUnknown());
  EXPECT_EQ(Value::Unknown(map, length(0)).Length(), 0u);
  EXPECT_TRUE(Value::Unknown(map, length(1)).IsUnknown());
  EXPECT_TRUE(Value::Unknown(list, length(int64_t{1} << 40)).IsUnknown());
  Refinements five{.not_null = true, .lower = Number(5), .upper = Number(5)};
  EXPECT_EQ(Value::Unknown(Type::Number(), five).AsInt64(), 5);
  five.not_null = false;
  EXPECT_TRUE(Value::Unknown(Type::Number(), five).IsUnknown());
  EXPECT_TRUE(Value::Unknown(Type::Number(), five).NotNull().IsKnown());
  EXPECT_TRUE(Value::Unknown(Type::Dynamic(), five).refinements().Empty());
  EXPECT_TRUE(Value::Unknown(Type::Bool(), {.string_prefix = "x"}).refinements().Empty());
  EXPECT_TRUE(Value::Unknown(Type::Bool()).NotNull().IsDefinitelyNotNull());
  EXPECT_FALSE(Value::Unknown(Type::Bool()).IsDefinitelyNotNull());
  for (auto [text, prefix] : std::initializer_list<std::pair<const char*, const char*>>{
           {"pre-", "pre-"}, {"abc", "ab"}, {"", ""}, {"a:\n", "a:"}, {"e\u0301", ""}, {"x/\u00e9", "x/"}}) {
    EXPECT_EQ(SafePrefix(text), prefix);
  }
}

TEST(Marks, DeepAndByPath) {
  Value secret = S("s").WithMarks(kSensitive);
  Value value = Value::Object({{"list", Value::List(Type::String(), {S("x"), secret})},
                               {"map", Value::Map(Type::String(), {{"k", secret}, {"l", S("y")}})},
                               {"plain", S("z")}})
                    .WithMarks(kEphemeral);
  EXPECT_EQ(value.MarksDeep(), kSensitive | kEphemeral);
  std::vector<std::pair<Path, Marks>> paths;
  Value bare = value.UnmarkedDeep(&paths);
  EXPECT_FALSE(bare.HasMarksDeep());
  std::string text;
  for (const auto& [path, marks] : paths) text += PathToString(path) + "=" + std::to_string(marks) + " ";
  EXPECT_EQ(text, "=2 .list[1]=1 .map[\"k\"]=1 ");
  EXPECT_TRUE(bare.MarkedAt(paths).RawEquals(value));
  EXPECT_TRUE(value.UnmarkedDeep().RawEquals(bare));
  paths = {{{PathStep::Attribute("nothing")}, kSensitive},
           {{PathStep::Attribute("list"), PathStep::Index(I(7))}, kSensitive},
           {{PathStep::Attribute("plain"), PathStep::Attribute("deeper")}, kSensitive}};
  EXPECT_TRUE(bare.MarkedAt(paths).RawEquals(bare));
}

TEST(Paths, ApplyWalkAndTransform) {
  Value value = Value::Object({{"a", Value::Tuple({I(1), Value::Map(Type::String(), {{"k", S("x")}})})},
                               {"n", Value()},
                               {"u", Value::DynamicUnknown().WithMarks(kSensitive)}});
  auto at = [&](Path path) {
    std::optional<Value> found = ApplyPath(value, path);
    return found ? found->GoString() : "nothing";
  };
  PathStep a = PathStep::Attribute("a"), one = PathStep::Index(I(1)), k = PathStep::Index(S("k"));
  EXPECT_EQ(at({a, one, k}), "cty.StringVal(\"x\")");
  EXPECT_EQ(at({a, one, PathStep::Attribute("k")}), "cty.StringVal(\"x\")");
  EXPECT_EQ(at({a, k}), "nothing");
  EXPECT_EQ(at({PathStep::Attribute("b")}), "nothing");
  EXPECT_EQ(at({PathStep::Attribute("n"), k}), "cty.NullVal(cty.DynamicPseudoType)");
  EXPECT_EQ(at({PathStep::Attribute("u"), k}), "cty.DynamicVal.Mark(marks.Sensitive)");
  EXPECT_EQ(PathToString(Path{a, one, k}), ".a[1][\"k\"]");
  std::string walked;
  value.Walk([&](const Path& path, const Value&) {
    walked += PathToString(path) + " ";
    return true;
  });
  EXPECT_EQ(walked, " .a .a[0] .a[1] .a[1][\"k\"] .n .u ");
  Value same = value.Transform([](const Path&, const Value& part) { return part; });
  EXPECT_TRUE(same.SameNode(value));
  Value changed = value.Transform([](const Path&, const Value& part) {
    return part.IsKnownNotNull() && part.type().IsNumber() ? S("one") : part;
  });
  EXPECT_EQ(changed.Get("a").ElementAt(0).AsString(), "one");
  EXPECT_TRUE(changed.Get("a").ElementAt(1).SameNode(value.Get("a").ElementAt(1)));
}

TEST(GoString, AsProvidersErrorsShowValues) {
  struct Case {
    Value value;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{
           {S("x\n\""), R"(cty.StringVal("x\n\""))"},
           {I(1000000), "cty.NumberIntVal(1e+06)"},
           {N("1.5"), "cty.NumberFloatVal(1.5)"},
           {N("0.1"), "cty.MustParseNumberVal(\"0.1\")"},
           {Value::True(), "cty.True"},
           {Value::Null(Type::List(Type::Bool())), "cty.NullVal(cty.List(cty.Bool))"},
           {Value::DynamicUnknown(), "cty.DynamicVal"},
           {Value::Unknown(Type::String()).NotNull(), "cty.UnknownVal(cty.String).RefineNotNull()"},
           {Value::Unknown(Type::Number(), {.not_null = true, .lower = Number(0)}),
            "cty.UnknownVal(cty.Number).Refine().NotNull().NumberLowerBound(cty.NumberIntVal(0), "
            "true).NewValue()"},
           {Value::EmptyTuple(), "cty.EmptyTupleVal"},
           {Value::EmptyObject(), "cty.EmptyObjectVal"},
           {Value::Map(Type::Dynamic(), {}), "cty.MapValEmpty(cty.DynamicPseudoType)"},
           {Value::Null(Type::Object({{"a", Type::Bool()}})),
            R"(cty.NullVal(cty.Object(map[string]cty.Type{"a":cty.Bool})))"},
           {Value::Set(Type::String(), {S("x")}).WithMarks(kSensitive),
            R"(cty.SetVal([]cty.Value{cty.StringVal("x")}).Mark(marks.Sensitive))"},
       }) {
    EXPECT_EQ(c.value.GoString(), c.text);
  }
}

}  // namespace
}  // namespace language::value
