// Any expression, evaluated with some names in scope: no crash, no stack overflow, a value that can be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "language/eval/render.h"
#include "language/hcl/parser.h"

namespace {

using namespace language;
using value::Type;
using value::Value;

void Define(eval::LocalScope* scope) {
  scope->Set("s", Value::String("text"));
  scope->Set("n", Value::Int(3));
  scope->Set("b", Value::True());
  scope->Set("l", Value::List(Type::String(), {Value::String("a"), Value::String("b")}));
  scope->Set("m", Value::Map(Type::Number(), {{"k", Value::Int(1)}}));
  scope->Set("o", Value::Object({{"x", Value::Tuple({Value::Int(1), Value()})}}));
  scope->Set("u", Value::Unknown(Type::String()).NotNull());
  scope->Set("ul", Value::Unknown(Type::List(Type::Number())));
  scope->Set("d", Value::DynamicUnknown());
  scope->Set("p", Value::String("secret").WithMarks(value::kSensitive));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLongest = 2000;  // deeper loops within loops only cost time
  if (size > kLongest) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseExpression("fuzz", text, diagnostics);
  if (file->expression() == nullptr) return 0;
  functions::Environment environment;
  environment.working_directory = environment.home_directory = "/";
  eval::LocalScope scope(nullptr, environment);
  Define(&scope);
  base::diag::Diagnostics errors;
  const Value result = eval::Evaluate(*file, *file->expression(), scope, errors);
  if (errors.HasErrors() && !result.IsUnknown()) std::abort();
  (void)eval::RenderValue(result);
  (void)eval::RenderType(result.type());
  base::diag::Diagnostics type_errors;
  const auto constraint = eval::ParseTypeConstraint(*file, *file->expression(), type_errors);
  if (constraint) (void)eval::ApplyDefaults(result, *constraint);
  return 0;
}
