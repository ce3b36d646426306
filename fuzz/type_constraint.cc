// Any text as a type constraint: what is read can be written and read again, as syntax and as JSON, and
// values can be given its defaults and its type.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "language/eval/evaluate.h"
#include "language/hcl/parser.h"
#include "language/value/convert.h"

namespace {

using namespace language;
using value::Type;
using value::Value;

std::optional<eval::TypeConstraint> Read(const std::string& text) {
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseExpression("fuzz", text, diagnostics);
  if (diagnostics.HasErrors() || file->expression() == nullptr) return std::nullopt;
  auto constraint = eval::ParseTypeConstraint(*file, *file->expression(), diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;
  return constraint;
}

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto constraint = Read(std::string(reinterpret_cast<const char*>(data), size));
  if (!constraint) return 0;
  const Type type = constraint->type;
  const auto again = Read(type.ConstraintSyntax());
  Require(again && again->type == type);
  const auto from_json = Type::FromJson(type.ToJson());
  Require(from_json && *from_json == type);
  (void)type.FriendlyName();
  const Value values[] = {
      Value(),
      Value::String("1"),
      Value::DynamicUnknown(),
      Value::EmptyObject(),
      Value::EmptyTuple(),
      Value::Tuple({Value::EmptyObject(), Value::Int(1)}),
      Value::Object({{"a", Value::EmptyObject()}, {"b", Value::Tuple({Value::True()})}}),
      Value::Unknown(type.WithoutOptional()),
  };
  for (const Value& value : values) {
    const value::Conversion converted = value::Convert(eval::ApplyDefaults(value, *constraint), type);
    Require(!converted.ok() || value::TypeConforms(converted.value.type(), type.WithoutOptional()));
  }
  return 0;
}
