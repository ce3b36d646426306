#include "provider/builtin/terraform_functions.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/diag/summary.h"
#include "base/text/unicode.h"
#include "language/eval/constant.h"
#include "language/eval/evaluate.h"
#include "language/hcl/format.h"
#include "language/hcl/parser.h"
#include "language/hcl/write_value.h"

namespace provider::builtin {
namespace {

namespace hcl = language::hcl;
using base::diag::Diagnostics;
using language::value::Type;
using language::value::Value;

api::FunctionResult Fail(std::string message) { return {.error = std::move(message)}; }

api::FunctionResult EncodeVariables(const Value& value) {
  const Type type = value.type();
  if (!type.IsObject() && !type.IsMap()) {
    return Fail(
        "invalid value to encode: must be an object whose attribute names will become the encoded variable "
        "names");
  }
  std::string text;
  for (size_t i = 0; i < value.Length(); ++i) {
    const std::string_view name = value.KeyAt(i);
    if (!base::text::IsIdentifier(name)) {
      return Fail(
          fmt::format("invalid variable name {}: must be a valid identifier, per Terraform's rules for "
                      "input variable declarations",
                      base::core::GoQuote(name)));
    }
    text.append(name) += " = ";
    hcl::WriteValue(value.ElementAt(i), text);
    text += "\n";
  }
  return {.value = Value::String(hcl::Format(text))};
}

api::FunctionResult EncodeExpression(const Value& value) {
  std::string text;
  hcl::WriteValue(value, text);
  // The formatter works on arguments: their name is taken off again.
  static constexpr std::string_view kName = "x = ";
  std::string formatted = hcl::Format(std::string(kName) + text + "\n");
  formatted.erase(0, kName.size());
  if (formatted.ends_with('\n')) formatted.pop_back();
  return {.value = Value::String(formatted)};
}

// A value that needs nothing but itself; nothing after errors.
std::optional<Value> LiteralValue(const hcl::File& file, const hcl::Expression& expression,
                                  Diagnostics& diagnostics) {
  if (!language::eval::CheckConstant(file, expression, "Only constants are allowed here.", diagnostics))
    return std::nullopt;
  const language::functions::Environment none;
  const language::eval::LocalScope scope(nullptr, none);
  Value value = language::eval::Evaluate(file, expression, scope, diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;
  return value;
}

api::FunctionResult DecodeVariables(const Value& source) {
  Diagnostics diagnostics;
  const hcl::FilePtr file =
      hcl::ParseConfig("<decode_tfvars argument>", std::string(source.AsString()), diagnostics);
  if (diagnostics.HasErrors()) return Fail("invalid tfvars syntax: " + base::diag::Summarize(diagnostics));
  for (const hcl::Block& block : file->body().blocks) {
    hcl::AddError(diagnostics, fmt::format("Unexpected \"{}\" block", block.type),
                  "Blocks are not allowed here.", *file, block.type_span);
  }
  if (diagnostics.HasErrors()) return Fail("invalid tfvars content: " + base::diag::Summarize(diagnostics));
  std::vector<std::pair<std::string, Value>> variables;
  for (const hcl::Attribute& attribute : file->body().attributes) {
    std::optional<Value> value = LiteralValue(*file, *attribute.expression, diagnostics);
    if (!value) {
      return Fail(fmt::format("invalid expression for variable {}: {}", base::core::GoQuote(attribute.name),
                              base::diag::Summarize(diagnostics)));
    }
    variables.emplace_back(std::string(attribute.name), std::move(*value));
  }
  return {.value = Value::Object(std::move(variables))};
}

}  // namespace

std::span<const api::FunctionSignature> TerraformFunctions() {
  static const std::vector<api::FunctionSignature> functions = {
      {"decode_tfvars",
       "The variables that a text in the syntax of .tfvars files sets, as an object.",
       {{"src", Type::String()}},
       {},
       Type::Dynamic()},
      {"encode_expr",
       "A value as an expression of the language.",
       {{"value", Type::Dynamic()}},
       {},
       Type::String()},
      {"encode_tfvars",
       "An object as the text of a .tfvars file.",
       {{"value", Type::Dynamic()}},
       {},
       Type::String()},
  };
  return functions;
}

api::FunctionResult CallTerraformFunction(std::string_view name, std::span<const Value> arguments) {
  if (name == "decode_tfvars") return DecodeVariables(arguments[0]);
  if (name == "encode_expr") return EncodeExpression(arguments[0]);
  return EncodeVariables(arguments[0]);
}

}  // namespace provider::builtin
