#include <fmt/format.h>

#include "engine/config/decode.h"
#include "language/eval/constant.h"
#include "language/eval/evaluate.h"
#include "language/value/convert.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using language::value::Type;

// Variables and calls are refused before evaluation, so that no name is ever looked up.
Value EvaluateConstant(const hcl::File& file, const hcl::Expression& expression,
                       base::diag::Diagnostics& diagnostics) {
  const language::functions::Environment environment;
  const language::eval::LocalScope scope(nullptr, environment);
  return language::eval::Evaluate(file, expression, scope, diagnostics);
}

std::optional<Value> ConstantOfType(const DecodeContext& context, const hcl::Attribute* attribute,
                                    Type type) {
  if (attribute == nullptr) return std::nullopt;
  const auto value = ConstantValue(context.file, *attribute->expression, context.diagnostics);
  if (!value) return std::nullopt;
  std::string problem;
  if (value->IsNull()) {
    problem = "null value is not allowed";
  } else if (value->IsUnknown()) {
    problem = "value must be known";
  } else {
    auto converted = language::value::Convert(*value, type);
    if (converted.ok()) return std::move(converted.value);
    problem = converted.error->message;
  }
  context.Error("Unsuitable value type",
                fmt::format("Unsuitable value for {}: {}.", attribute->name, problem),
                StartSpan(*attribute->expression));
  return std::nullopt;
}

}  // namespace

Span StartSpan(const hcl::Expression& expression) {
  using hcl::As;
  using hcl::ExpressionKind;
  const hcl::Expression* at = &expression;
  while (true) {
    switch (at->kind) {
      case ExpressionKind::kTemplate: {
        const auto& node = As<hcl::TemplateExpression>(*at);
        if (node.parts.empty()) return node.span;
        at = node.parts[0];
        continue;
      }
      case ExpressionKind::kConditional:
        at = As<hcl::ConditionalExpression>(*at).condition;
        continue;
      case ExpressionKind::kBinary:
        at = As<hcl::BinaryExpression>(*at).left;
        continue;
      case ExpressionKind::kRelative:
        at = As<hcl::RelativeExpression>(*at).source;
        continue;
      case ExpressionKind::kIndex:
        at = As<hcl::IndexExpression>(*at).collection;
        continue;
      case ExpressionKind::kSplat:
        at = As<hcl::SplatExpression>(*at).source;
        continue;
      case ExpressionKind::kTemplateWrap:
        at = As<hcl::TemplateWrapExpression>(*at).wrapped;
        continue;
      case ExpressionKind::kCall:
        return As<hcl::CallExpression>(*at).name_span;
      case ExpressionKind::kObject:
        return As<hcl::ObjectExpression>(*at).open_span;
      case ExpressionKind::kFor:
        return As<hcl::ForExpression>(*at).open_span;
      case ExpressionKind::kTuple:
        return {at->span.begin, at->span.begin + 1};
      default:
        return at->span;
    }
  }
}

std::optional<Value> ConstantValue(const FilePtr& file, const hcl::Expression& expression,
                                   base::diag::Diagnostics& diagnostics) {
  if (file->is_json()) return language::eval::LiteralJsonValue(*file, expression, diagnostics);
  if (expression.kind == hcl::ExpressionKind::kLiteral)
    return hcl::As<hcl::LiteralExpression>(expression).value;
  if (auto text = hcl::AsLiteralString(expression)) return Value::String(*text);
  if (!language::eval::CheckConstant(
          *file, expression,
          "This value is needed before anything is evaluated: write it out, without names and functions.",
          diagnostics)) {
    return std::nullopt;
  }
  base::diag::Diagnostics found;
  Value value = EvaluateConstant(*file, expression, found);
  const bool failed = found.HasErrors();
  diagnostics.Append(std::move(found));
  if (failed) return std::nullopt;
  return value;
}

std::optional<std::string> ConstantString(const DecodeContext& context, const hcl::Attribute* attribute) {
  const auto value = ConstantOfType(context, attribute, Type::String());
  if (!value) return std::nullopt;
  return std::string(value->AsString());
}

std::optional<bool> ConstantBool(const DecodeContext& context, const hcl::Attribute* attribute) {
  const auto value = ConstantOfType(context, attribute, Type::Bool());
  if (!value) return std::nullopt;
  return value->AsBool();
}

}  // namespace engine::config
