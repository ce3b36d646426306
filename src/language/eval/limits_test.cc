// Values that grow without bound end in an error before they are built.
#include <gtest/gtest.h>

#include "language/eval/evaluate.h"
#include "language/hcl/parser.h"

namespace language::eval {
namespace {

using value::Value;

// Applies the expression, in which `a` is the value before, so many times; the summary of the first error.
std::string Repeat(const std::string& text, Value first, int times) {
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseExpression("test", text, diagnostics);
  EXPECT_FALSE(diagnostics.HasErrors());
  functions::Environment environment;
  Value value = std::move(first);
  for (int i = 0; i < times; ++i) {
    LocalScope scope(nullptr, environment);
    scope.Set("a", value);
    value = Evaluate(*file, *file->expression(), scope, diagnostics);
    if (diagnostics.HasErrors()) return diagnostics.items()[0].summary;
  }
  return "";
}

TEST(Limits, SharedPartsCountEachTime) {
  for (const char* text : {"[a, a]", "{ x = a, y = a }", "[for i in [1, 2] : a]",
                           "{ for k in [\"x\", \"y\"] : k => a }", "tolist([a, a])", "[a, a][*]"}) {
    EXPECT_EQ(Repeat(text, Value::Int(1), 40), "Value too large") << text;
    EXPECT_EQ(Repeat(text, Value::Int(1), 10), "") << text;
  }
}

TEST(Limits, FunctionsAskBeforeTheyBuild) {
  const Value long_text = Value::String(std::string(1 << 20, 'a'));
  for (const char* text :
       {"replace(a, \"a\", a)", "replace(a, \"\", a)", "replace(a, \"/a+/\", replace(a, \"a\", \"$0\"))",
        "join(a, range(1000))", "formatlist(a, range(1000))", "indent(10000, replace(a, \"a\", \"\\n\"))"}) {
    const std::string summary = Repeat(text, long_text, 1);
    EXPECT_TRUE(summary == "Error in function call" || summary == "Invalid function argument")
        << text << summary;
  }
  EXPECT_EQ(Repeat("setproduct(range(500), range(500), range(500))", Value(), 1), "Error in function call");
}

}  // namespace
}  // namespace language::eval
