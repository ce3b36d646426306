// Evaluation of expressions, and functions over large collections. Wanted: a million simple expressions
// within a second; distinct, toset and setunion of 100,000 elements within 100 ms each.
#include <benchmark/benchmark.h>

#include "base/core/check.h"
#include "bench/support.h"
#include "language/eval/evaluate.h"
#include "language/hcl/parser.h"

namespace {

using namespace language;
using value::Type;
using value::Value;

class Fixture {
 public:
  Fixture() : scope_(nullptr, environment_) {
    scope_.Set("name", Value::String("ada"));
    scope_.Set("n", Value::Int(3));
    scope_.Set("on", Value::True());
    scope_.Set("tags", Value::List(Type::String(), {Value::String("a"), Value::String("b")}));
    scope_.Set("person",
               Value::Object({{"login", Value::String("ada@example.com")}, {"age", Value::Int(36)}}));
  }
  void Set(const std::string& name, Value value) { scope_.Set(name, std::move(value)); }
  hcl::FilePtr Parse(const std::string& text) {
    base::diag::Diagnostics diagnostics;
    hcl::FilePtr file = hcl::ParseExpression("bench", text, diagnostics);
    CHECK(!diagnostics.HasErrors());
    return file;
  }
  Value Evaluate(const hcl::FilePtr& file) {
    base::diag::Diagnostics diagnostics;
    Value value = eval::Evaluate(*file, *file->expression(), scope_, diagnostics);
    CHECK(diagnostics.empty());
    return value;
  }

 private:
  functions::Environment environment_;
  eval::LocalScope scope_;
};

// A thousand rounds over a thousand expressions, each looked up and evaluated by itself.
void BM_MillionExpressions(benchmark::State& state) {
  constexpr std::string_view kExpressions[] = {"n + 1",
                                               "\"${name}-${n}\"",
                                               "on ? name : \"nobody\"",
                                               "person.login",
                                               "tags[1]",
                                               "n * 2 - 7 > 0",
                                               "person.age >= 18 && !on",
                                               "[name, \"x\", person.age]",
                                               "{ name = name, n = n }",
                                               "upper(name)"};
  Fixture fixture;
  std::vector<hcl::FilePtr> files;
  for (const std::string_view text : kExpressions) files.push_back(fixture.Parse(std::string(text)));
  constexpr size_t kRounds = 1'000'000 / std::size(kExpressions);
  for (auto _ : state) {
    for (size_t i = 0; i < kRounds; ++i) {
      for (const hcl::FilePtr& file : files) benchmark::DoNotOptimize(fixture.Evaluate(file));
    }
  }
}
BENCHMARK(BM_MillionExpressions)->Unit(benchmark::kMillisecond);

void BM_Expression(benchmark::State& state, const std::string& text) {
  Fixture fixture;
  fixture.Set("numbers", [] {
    std::vector<Value> numbers;
    for (int64_t i = 0; i < 100'000; ++i) numbers.push_back(Value::Int(i % 3 == 2 ? i / 2 : i));
    return Value::List(Type::Number(), std::move(numbers));
  }());
  fixture.Set("strings", fixture.Evaluate(fixture.Parse("[for n in numbers : \"item-${n}\"]")));
  fixture.Set("list", fixture.Evaluate(fixture.Parse("tolist(strings)")));
  fixture.Set("set", fixture.Evaluate(fixture.Parse("toset(strings)")));
  fixture.Set("other", fixture.Evaluate(fixture.Parse("toset([for n in numbers : \"item-${n + 50000}\"])")));
  fixture.Set("objects",
              fixture.Evaluate(fixture.Parse("[for n in numbers : { id = n, name = \"item-${n}\" }]")));
  fixture.Set("range", fixture.Evaluate(fixture.Parse("range(1000)")));
  const hcl::FilePtr file = fixture.Parse(text);
  for (auto _ : state) benchmark::DoNotOptimize(fixture.Evaluate(file));
}
#define EXPRESSION(name, text) BENCHMARK_CAPTURE(BM_Expression, name, text)->Unit(benchmark::kMillisecond)
EXPRESSION(distinct_100k_strings, "distinct(strings)");
EXPRESSION(distinct_100k_numbers, "distinct(numbers)");
EXPRESSION(distinct_100k_objects, "distinct(objects)");
EXPRESSION(toset_100k_tuple, "toset(strings)");
EXPRESSION(toset_100k_list, "toset(list)");
EXPRESSION(toset_100k_numbers, "toset(numbers)");
EXPRESSION(toset_100k_objects, "toset(objects)");
EXPRESSION(setunion_100k_each, "setunion(set, other)");
EXPRESSION(setunion_of_lists, "setunion(list, strings)");
EXPRESSION(setintersection_100k_each, "setintersection(set, other)");
EXPRESSION(setsubtract_100k_each, "setsubtract(set, other)");
EXPRESSION(contains_100k, "contains(list, \"absent\")");
EXPRESSION(sort_100k, "sort(list)");
EXPRESSION(join_100k, "join(\",\", list)");
EXPRESSION(concat_100k, "concat(list, list)");
EXPRESSION(zipmap_100k, "zipmap(list, list)");
EXPRESSION(jsonencode_100k_objects, "jsonencode(objects)");
EXPRESSION(for_million, "[for a in range : [for b in range : a + b]]");
EXPRESSION(for_map_100k, "{ for n in numbers : \"k${n}\" => n... }");
EXPRESSION(flatten_million, "flatten([for a in range : [for b in range : b]])");

}  // namespace
