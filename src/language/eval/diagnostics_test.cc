// Where errors point, which values and which signature they show, against what the stock program's validate
// says.
#include <gtest/gtest.h>

#include <fstream>

#include "language/eval/evaluate.h"
#include "language/hcl/parser.h"

namespace language::eval {
namespace {

using value::Type;
using value::Value;

// The locals at the head of testdata/diagnostics.txt.
Value Locals() {
  const Value object = Value::Object({{"k", Value::Int(1)}});
  return Value::Object({
      {"s", Value::String("bad")},
      {"n", Value::Int(5)},
      {"b", Value::True()},
      {"l", Value::List(Type::Number(), {Value::Int(1), Value::Int(2)})},
      {"o", object},
      {"m", Value::Map(Type::Number(), {{"k", Value::Int(1)}})},
      {"set", Value::Set(Type::String(), {Value::String("a")})},
      {"none", Value()},
      {"nonelist", Value::Null(Type::Tuple({Type::String()}))},
      {"objects", Value::List(object.type(), {object})},
      {"secret", Value::String("x").WithMarks(value::kSensitive)},
      {"deep", Value::Object({{"a", Value::Object({{"b", Value::Object({{"c", Value::Int(1)}})}})}})},
  });
}

std::string Describe(const base::diag::Diagnostic& diagnostic, const std::string& text) {
  const int begin = diagnostic.subject->start.byte, end = diagnostic.subject->end.byte;
  std::string values;
  for (const base::diag::ExpressionValue& value : diagnostic.snippet->values) {
    values += (values.empty() ? "" : "; ") + value.traversal + " " + value.statement;
  }
  return diagnostic.summary + " | " + text.substr(begin, end - begin) + " | " + values + " | " +
         diagnostic.snippet->function_signature;
}

TEST(Diagnostics, AgreeWithRecordings) {
  const functions::Environment environment{
      .base_directory = "/nowhere",
      .read_file = [](const std::string&) { return base::core::Error("no such file"); },
      .file_exists = [](const std::string&) { return false; }};
  LocalScope scope(nullptr, environment);
  scope.Set("local", Locals());
  std::vector<std::pair<std::string, std::vector<std::string>>> recordings;
  std::ifstream file(PARTERRE_SOURCE_DIR "/src/language/eval/testdata/diagnostics.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("> ")) recordings.push_back({line.substr(2), {}});
    if (line.starts_with("! ")) recordings.back().second.push_back(line.substr(2));
  }
  ASSERT_GT(recordings.size(), 90u);
  for (const auto& [text, expected] : recordings) {
    base::diag::Diagnostics diagnostics;
    const hcl::FilePtr parsed = hcl::ParseExpression("main.tf", text, diagnostics);
    ASSERT_FALSE(diagnostics.HasErrors()) << text;
    Evaluate(*parsed, *parsed->expression(), scope, diagnostics);
    std::vector<std::string> described;
    for (const base::diag::Diagnostic& diagnostic : diagnostics.items())
      described.push_back(Describe(diagnostic, text));
    EXPECT_EQ(described, expected) << text;
  }
}

}  // namespace
}  // namespace language::eval
