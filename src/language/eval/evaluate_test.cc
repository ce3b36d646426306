// Scopes, unknowns, marks, diagnostics, type constraints: what one console expression cannot show.
#include "language/eval/evaluate.h"

#include <gtest/gtest.h>

#include "language/eval/render.h"
#include "language/hcl/parser.h"
#include "language/value/convert.h"

namespace language::eval {
namespace {

using value::Type;
using value::Value;

// var.* and data with unknown and marked parts; remembers what it was asked.
class TestScope : public Scope {
 public:
  TestScope() {
    const Value unknown = Value::Unknown(Type::String()).NotNull();
    variables_ = Value::Object({{"x", Value::String("bad")},
                                {"n", Value::Int(5)},
                                {"list", Value::List(Type::Number(), {Value::Int(1), Value::Int(2)})},
                                {"object", Value::Object({{"k", Value::Int(1)}})},
                                {"secret", Value::String("s3cret").WithMarks(value::kSensitive)},
                                {"token", Value::String("t").WithMarks(value::kEphemeral)},
                                {"id", unknown},
                                {"any", Value::DynamicUnknown()},
                                {"flag", Value::Unknown(Type::Bool())},
                                {"ids", Value::Unknown(Type::List(Type::String())).NotNull()}});
  }

  std::optional<Resolved> Resolve(const Reference& reference, const hcl::File& file,
                                  base::diag::Diagnostics& diagnostics) const override {
    if (reference.root == "var" && !reference.steps.empty()) {
      if (const Value* value = variables_.Find(reference.steps[0].name)) return Resolved{*value, 1};
    }
    if (reference.root == "okta_user") {
      // One instance by its key, without building the others.
      if (reference.steps.size() >= 3 && !reference.steps[1].is_attribute &&
          reference.steps[1].key.IsKnownNotNull()) {
        seen_ = reference.steps[1].key.AsNumber().ToString() + "." + std::string(reference.steps[2].name);
        return Resolved{Value::String("user " + seen_), 3};
      }
      return Resolved{Value::EmptyTuple(), 1};
    }
    hcl::AddError(diagnostics, "Reference to undeclared input variable", "None such.", file, reference.span);
    return std::nullopt;
  }
  const functions::Environment& functions() const override { return environment_; }

  mutable std::string seen_;
  Value variables_;
  functions::Environment environment_;
};

struct Outcome {
  Value value;
  base::diag::Diagnostics diagnostics;
  hcl::FilePtr file;
};

Outcome EvaluateText(const std::string& text, const Scope& scope) {
  Outcome outcome;
  outcome.file = hcl::ParseExpression("test.tf", text, outcome.diagnostics);
  if (outcome.diagnostics.HasErrors()) return outcome;
  outcome.value = Evaluate(*outcome.file, *outcome.file->expression(), scope, outcome.diagnostics);
  return outcome;
}

std::string Show(const std::string& text) {
  const TestScope scope;
  const Outcome outcome = EvaluateText(text, scope);
  if (outcome.diagnostics.HasErrors()) return "! " + outcome.diagnostics.items()[0].summary;
  return RenderValue(outcome.value);
}

TEST(Evaluate, OffersReferencesWithEvaluatedKeys) {
  const TestScope scope;
  EXPECT_EQ(RenderValue(EvaluateText("okta_user.y[var.n - 2].id", scope).value), "\"user 3.id\"");
  EXPECT_EQ(scope.seen_, "3.id");
  EXPECT_EQ(RenderValue(EvaluateText("[for n in [7]: okta_user.y[n].name]", scope).value),
            "[\n  \"user 7.name\",\n]");
  EXPECT_EQ(EvaluateText("okta_user.y[1/0*0].id", scope).diagnostics.items()[0].summary, "Operation failed");
}

TEST(Evaluate, UndeclaredNamesAreErrorsOnAnyPath) {
  for (const char* text :
       {"try(var.nope, 1)", "can(var.nope)", "true ? 1 : var.nope", "[for x in []: x if var.nope]"}) {
    EXPECT_EQ(Show(text), "! Reference to undeclared input variable") << text;
  }
}

TEST(Evaluate, Unknowns) {
  const std::pair<const char*, const char*> cases[] = {
      {"startswith(\"pre-${var.id}\", \"pre-\")", "true"},
      {"startswith(\"pre${var.id}\", \"pre\")", "(known after apply)"},
      {"length([var.id]) >= 0", "true"},
      {"length(toset([var.id, \"a\"])) > 5", "false"},
      {"length(toset([var.id, \"a\"])) >= 1", "(known after apply)"},
      {"true || var.flag", "(known after apply)"},
      {"false && var.flag", "(known after apply)"},
      {"var.id == null", "false"},
      {"var.id != null ? \"x\" : \"y\"", "\"x\""},
      {"var.id == \"\"", "(known after apply)"},
      {"try(var.any.nope, 1)", "(known after apply)"},
      {"can(var.any.nope)", "(known after apply)"},
      {"lookup({a = var.id}, \"b\", 3)", "3"},
      {"merge({a = var.id}, {b = 1})", "{\n  \"a\" = (known after apply)\n  \"b\" = 1\n}"},
      {"keys({a = var.id})", "[\n  \"a\",\n]"},
      {"element([\"a\", var.id], 0)", "\"a\""},
      {"join(\"-\", [\"a\", var.id])", "(known after apply)"},
      {"{for k in [\"a\", var.id] : k => 1}", "(known after apply)"},
      {"[for x in [\"a\", var.id] : x if x != \"a\"]", "(known after apply)"},
      {"concat([\"a\"], [var.id])[0]", "\"a\""},
      {"flatten([[\"a\"], [var.id]])[0]", "\"a\""},
      {"toset([\"a\", var.id])", "toset([\n  \"a\",\n  (known after apply),\n])"},
      {"setunion([\"a\"], [var.id])", "toset([\n  \"a\",\n  (known after apply),\n])"},
      {"contains([\"a\", var.id], \"a\")", "true"},
      {"contains([\"a\", var.id], \"b\")", "(known after apply)"},
      {"distinct([\"a\", var.id])", "(known after apply)"},
      {"length(sort([\"a\", var.id]))", "2"},
      {"alltrue([false, var.flag])", "false"},
      {"anytrue([true, var.flag])", "true"},
      {"index([\"a\", var.id], \"a\")", "0"},
      {"formatlist(\"%s-x\", [\"a\", var.id])[0]", "\"a-x\""},
      {"coalesce(var.id, \"x\")", "(known after apply)"},
      {"jsonencode({a = var.id})", "(known after apply)"},
      {"var.any.a.b[0]", "(known after apply)"},
      {"var.ids[0]", "(known after apply)"},
      {"var.ids[*]", "(known after apply)"},
      {"max(1, var.id)", "(known after apply)"},
      {"timestamp()", "(known after apply)"},
      {"upper(var.any)", "(known after apply)"},
      {"var.flag ? [1] : [1, 2]", "(known after apply)"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Show(text), expected) << text;
  EXPECT_EQ(EvaluateText("var.flag ? 1 : 2", TestScope()).value.type(), Type::Number());
  EXPECT_EQ(EvaluateText("length(var.ids)", TestScope()).value.refinements().lower->ToString(), "0");
  EXPECT_EQ(EvaluateText("\"abc-${var.id}\"", TestScope()).value.refinements().string_prefix, "abc-");
  EXPECT_TRUE(EvaluateText("var.flag ? \"a\" : \"b\"", TestScope()).value.refinements().not_null);
}

TEST(Evaluate, MarksFollowValues) {
  const TestScope scope;
  EXPECT_EQ(EvaluateText("\"a${var.secret}\"", scope).value.marks(), value::kSensitive);
  EXPECT_EQ(EvaluateText("[var.secret, var.token]", scope).value.marks(), value::kNoMarks);
  EXPECT_EQ(EvaluateText("upper(\"${var.secret}${var.token}\")", scope).value.marks(),
            value::kSensitive | value::kEphemeral);
  EXPECT_EQ(EvaluateText("var.secret == \"x\" ? 1 : 2", scope).value.marks(), value::kSensitive);
  EXPECT_EQ(EvaluateText("{(var.secret) = 1}", scope).value.marks(), value::kSensitive);
  EXPECT_TRUE(EvaluateText("ephemeralasnull(var.token)", scope).value.IsNull());
  EXPECT_EQ(EvaluateText("nonsensitive(var.secret)", scope).value.marks(), value::kNoMarks);
}

TEST(Evaluate, ErrorsShowValuesInPlay) {
  struct Case {
    const char* text;
    const char* subject;  // the text that is blamed
    std::vector<std::string> values;
    const char* signature;
  };
  const Case cases[] = {
      {"var.x + var.n", "var.x", {"var.x is \"bad\""}, ""},
      {"upper(var.object)", "var.object", {"var.object is object with 1 attribute \"k\""}, "upper(str)"},
      {"var.list[var.n]", "[var.n]", {"var.list is list of number with 2 elements", "var.n is 5"}, ""},
      {"var.object.nope", ".nope", {"var.object is object with 1 attribute \"k\""}, ""},
      {"upper(var.secret, var.id)", "var.id", {"var.id is a string"}, "upper(str)"},
      {"parseint(var.secret, 99)", "99", {}, "parseint(number, base)"},
      {"max(var.x)", "var.x", {"var.x is \"bad\""}, "max(numbers...)"},
      {"length(var.list) > 1 ? var.object : var.x",
       "var.object : var.x",
       {"var.list is list of number with 2 elements", "var.object is object with 1 attribute \"k\"",
        "var.x is \"bad\""},
       ""},
      {"regex(\"(\", var.x)", "(", {}, "regex(pattern, string)"},
      {"upper()", ")", {}, "upper(str)"},
      {"uper(var.x)", "uper", {"var.x is \"bad\""}, ""},
      {"[for v in var.n : v]", "var.n", {"var.n is 5"}, ""},
      {"\"a${var.list}\"", "var.list", {"var.list is list of number with 2 elements"}, ""},
  };
  const TestScope scope;
  for (const Case& test : cases) {
    const Outcome outcome = EvaluateText(test.text, scope);
    ASSERT_EQ(outcome.diagnostics.size(), 1u) << test.text;
    const base::diag::Diagnostic& diagnostic = outcome.diagnostics.items()[0];
    const int begin = diagnostic.subject->start.byte, end = diagnostic.subject->end.byte;
    EXPECT_EQ(std::string(test.text).substr(begin, end - begin), test.subject) << test.text;
    ASSERT_TRUE(diagnostic.snippet.has_value());
    std::vector<std::string> values;
    for (const auto& value : diagnostic.snippet->values)
      values.push_back(value.traversal + " " + value.statement);
    EXPECT_EQ(values, test.values) << test.text;
    EXPECT_EQ(diagnostic.snippet->function_signature, test.signature) << test.text;
    EXPECT_TRUE(outcome.value.IsUnknown());
  }
}

TEST(Evaluate, MisspeltAttributesAreGuessed) {
  const Outcome outcome = EvaluateText("{display = 1, id = 2}.dispaly", TestScope());
  EXPECT_EQ(outcome.diagnostics.items().at(0).detail,
            "This object does not have an attribute named \"dispaly\". Did you mean \"display\"?");
  EXPECT_EQ(EvaluateText("{id = 2}.x", TestScope()).diagnostics.items().at(0).detail,
            "This object does not have an attribute named \"x\".");
}

TEST(Evaluate, AddedErrorsSayWhatIsUnknownOrSensitive) {
  const TestScope scope;
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseExpression("t.tf", "[var.id, var.any, var.secret]", diagnostics);
  AddExpressionError(diagnostics, "Invalid for_each argument", "x", *file, *file->expression(), scope,
                     {.caused_by_unknown = true, .caused_by_sensitive = true});
  std::string text;
  for (const auto& value : diagnostics.items()[0].snippet->values)
    text += value.traversal + " " + value.statement + ";";
  EXPECT_EQ(text,
            "var.any will be known only after apply;var.id is a string, known only after apply;"
            "var.secret has a sensitive value;");
}

TEST(Evaluate, LongChainsNeedNoStack) {
  std::string sum = "0", choice;
  for (int i = 0; i < 20000; ++i) {
    sum += " + 1";
    choice += "false ? 1 : ";
  }
  EXPECT_EQ(Show(sum), "20000");
  EXPECT_EQ(Show(choice + "2"), "2");
}

TEST(EvaluateAs, ConvertsOrReports) {
  const TestScope scope;
  base::diag::Diagnostics diagnostics;
  hcl::FilePtr file = hcl::ParseExpression("t.tf", "var.n", diagnostics);
  EXPECT_EQ(EvaluateAs(*file, *file->expression(), Type::String(), scope, diagnostics).AsString(), "5");
  file = hcl::ParseExpression("t.tf", "var.list", diagnostics);
  EXPECT_TRUE(EvaluateAs(*file, *file->expression(), Type::String(), scope, diagnostics).IsUnknown());
  EXPECT_EQ(diagnostics.items()[0].summary, "Incorrect value type");
}

TEST(TypeConstraint, ParsesAndReports) {
  const std::pair<const char*, const char*> cases[] = {
      {"string", "\"string\""},
      {"list", "[\"list\",\"dynamic\"]"},
      {"map(any)", "[\"map\",\"dynamic\"]"},
      {"tuple([string, number])", "[\"tuple\",[\"string\",\"number\"]]"},
      {"object({a = optional(number, 1), b = set(bool)})",
       "[\"object\",{\"a\":\"number\",\"b\":[\"set\",\"bool\"]},[\"a\"]]"},
      {"set", "! The set type constructor requires one argument specifying the element type."},
      {"foo", "! The keyword \"foo\" is not a valid type specification."},
      {"foo(string)", "! Keyword \"foo\" is not a valid type constructor."},
      {"list(string, number)",
       "! The list type constructor requires one argument specifying the element type."},
      {"object({a = optional(number, \"x\")})",
       "! This default value is not compatible with the attribute's type constraint: a number is required."},
      {"object({(a) = string})", "! Object constructor map keys must be attribute names."},
      {"optional(string)", "! Keyword \"optional\" is valid only as a modifier for object type attributes."},
      {"string()", "! Primitive type keyword \"string\" does not expect arguments."},
  };
  for (const auto& [text, expected] : cases) {
    base::diag::Diagnostics diagnostics;
    const hcl::FilePtr file = hcl::ParseExpression("t.tf", text, diagnostics);
    const std::optional<TypeConstraint> constraint =
        ParseTypeConstraint(*file, *file->expression(), diagnostics);
    EXPECT_EQ(constraint ? constraint->type.ToJson() : "! " + diagnostics.items().at(0).detail, expected)
        << text;
  }
}

TEST(TypeConstraint, DefaultsFillWhatIsAbsent) {
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file =
      hcl::ParseExpression("t.tf",
                           "map(object({name = string, tags = optional(map(string), {}), inner = "
                           "optional(object({n = optional(number, 7)}), {})}))",
                           diagnostics);
  const std::optional<TypeConstraint> constraint =
      ParseTypeConstraint(*file, *file->expression(), diagnostics);
  ASSERT_TRUE(constraint.has_value());
  const Value given =
      EvaluateText("{a = {name = \"x\"}, b = {name = \"y\", tags = null, inner = {n = 1}}}", TestScope())
          .value;
  const value::Conversion converted = value::Convert(ApplyDefaults(given, *constraint), constraint->type);
  ASSERT_TRUE(converted.ok());
  EXPECT_EQ(RenderValue(converted.value), R"(tomap({
  "a" = {
    "inner" = {
      "n" = 7
    }
    "name" = "x"
    "tags" = tomap({})
  }
  "b" = {
    "inner" = {
      "n" = 1
    }
    "name" = "y"
    "tags" = tomap({})
  }
}))");
}

}  // namespace
}  // namespace language::eval
