// provider::NAME::FUNCTION in a run, with the functions of the built-in provider.
#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

constexpr char kProviders[] = R"(
terraform {
  required_providers {
    tt = { source = "terraform.io/builtin/terraform" }
  }
}
)";

// The planned value of an output with this expression, or the first error.
std::string Evaluate(const std::string& expression) {
  TestRun run(kProviders + ("variable \"unset\" {\n  default = null\n}\noutput \"o\" {\n  value = " +
                            expression + "\n}\n"));
  const changes::Plan& plan = run.Plan();
  if (!run.details().empty()) return run.details();
  const Value& value = plan.outputs.at(0).after;
  return value.type().IsString() ? std::string(value.AsString()) : value.type().FriendlyName();
}

TEST(ProviderFunctions, OfTheBuiltInProvider) {
  EXPECT_EQ(
      Evaluate(
          R"(provider::tt::encode_tfvars({a = 1, b = {x = [1, "q\n"], "y z" = null}, c = true, d = {}}))"),
      "a = 1\nb = {\n  x     = [1, \"q\\n\"]\n  \"y z\" = null\n}\nc = true\nd = {}\n");
  EXPECT_EQ(Evaluate("provider::tt::encode_tfvars(tomap({ k = \"$${v}\" }))"), "k = \"$${v}\"\n");
  EXPECT_EQ(Evaluate("provider::tt::encode_expr({ a = 1, bc = \"x\" })"), "{\n  a  = 1\n  bc = \"x\"\n}");
  EXPECT_EQ(Evaluate("provider::tt::encode_expr(toset([2, 1]))"), "[1, 2]");
  EXPECT_EQ(Evaluate("jsonencode(provider::tt::decode_tfvars(\"b = [1, true]\\na = {x = 1}\\n\"))"),
            R"({"a":{"x":1},"b":[1,true]})");
  EXPECT_EQ(Evaluate("provider::tt::decode_tfvars(\"\")"), "object");
}

TEST(ProviderFunctions, SayWhatIsWrong) {
  struct Case {
    const char* expression;
    const char* problem;
  };
  constexpr Case kCases[] = {
      {"provider::terraform::encode_expr(1)",
       "Unknown provider function: There is no function named \"provider::terraform::encode_expr\". Ensure "
       "that provider name \"terraform\" is declared"},
      {"provider::tt::nope(1)",
       "Unknown provider function: The function \"nope\" is not available from the provider \"tt\"."},
      {"provider::tt(1)", "Unknown provider function: The function call must include the provider name"},
      {"foo::tt(1)", "Unknown provider function: The function namespace \"foo\" is not valid."},
      {"core::nope(1)", "Unknown provider function: The function namespace \"core\" is not valid."},
      {"provider::tt::a::b(1)",
       "Unknown provider function: There is no function named \"provider::tt::a::b\"."},
      {"provider::tt::encode_expr()",
       "Not enough function arguments: Function \"provider::tt::encode_expr\""},
      {"provider::tt::encode_expr(null)",
       "Invalid function argument: Invalid value for \"value\" parameter: argument must not be null."},
      {"provider::tt::encode_tfvars(1)",
       "Error in function call: Call to function \"provider::tt::encode_tfvars\" failed: invalid value to "
       "encode"},
      {"provider::tt::encode_tfvars({ \"a b\" = 1 })",
       "Error in function call: Call to function \"provider::tt::encode_tfvars\" failed: invalid variable "
       "name \"a b\""},
      {"provider::tt::decode_tfvars(\"a = b\")",
       "Error in function call: Call to function \"provider::tt::decode_tfvars\" failed: invalid expression "
       "for variable \"a\": <decode_tfvars argument>:1,5-6: Variables not allowed; Only constants are "
       "allowed here.."},
      {"provider::tt::decode_tfvars(\"a = upper(1)\")",
       "Error in function call: Call to function \"provider::tt::decode_tfvars\" failed: invalid expression "
       "for variable \"a\": <decode_tfvars argument>:1,5-13: Function calls not allowed"},
      {"provider::tt::decode_tfvars(\"a = 1\\nb {\\n}\")",
       "Error in function call: Call to function \"provider::tt::decode_tfvars\" failed: invalid tfvars "
       "content: <decode_tfvars argument>:2,1-2: Unexpected \"b\" block; Blocks are not allowed here.."},
      {"provider::tt::decode_tfvars(\"a = \")",
       "Error in function call: Call to function \"provider::tt::decode_tfvars\" failed: invalid tfvars "
       "syntax: <decode_tfvars argument>:1,"},
  };
  for (const Case& c : kCases) {
    const std::string problem = Evaluate(c.expression);
    EXPECT_TRUE(problem.starts_with(c.problem)) << c.expression << "\n" << problem;
  }
}

TEST(ProviderFunctions, UnknownArgumentsGiveUnknownResults) {
  TestRun run(kProviders + std::string(R"(
resource "terraform_data" "a" { input = 1 }
output "o" { value = provider::tt::encode_expr([terraform_data.a.id]) }
)"));
  const changes::Plan& plan = run.Plan();
  EXPECT_EQ(run.details(), "");
  EXPECT_TRUE(plan.outputs.at(0).after.IsUnknown());
}

}  // namespace
}  // namespace engine::run
