#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"
#include "engine/config/reference.h"
#include "language/eval/evaluate.h"
#include "language/value/convert.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"description"}, {"default"},  {"type"},
                                         {"sensitive"},   {"nullable"}, {"ephemeral"}};
constexpr BlockSpec kBlocks[] = {{"validation", {}}};
// Meta arguments of module blocks: a variable of that name could never be set.
constexpr std::string_view kReservedNames[] = {"source",   "version",   "providers",  "count",
                                               "for_each", "lifecycle", "depends_on", "locals"};

constexpr std::string_view kTypeNames[] = {"string", "number", "bool",  "any",    "list",
                                           "set",    "map",    "tuple", "object", "optional"};

// In JSON, types are written as texts: "list(string)".
ExpressionRef TypeExpression(const DecodeContext& context, const hcl::Expression& expression) {
  if (expression.kind == hcl::ExpressionKind::kJsonText && hcl::AsKeyword(expression).empty()) {
    base::diag::Diagnostics ignored;
    const ExpressionRef inside =
        hcl::ParseEmbedded(context.file, hcl::As<hcl::JsonTextExpression>(expression), ignored);
    const auto* call = inside ? hcl::AsCall(*inside.expression) : nullptr;
    // Of an unknown type, the whole text is shown.
    if (call != nullptr && std::ranges::find(kTypeNames, call->name) != std::end(kTypeNames)) return inside;
  }
  return {context.file, &expression};
}

void DecodeType(const DecodeContext& context, const hcl::Attribute& attribute, Variable& variable) {
  ExpressionRef type = TypeExpression(context, *attribute.expression);
  const hcl::Expression& expression = *type.expression;
  if (const auto quoted = hcl::AsLiteralString(expression); quoted && !type.file->is_json()) {
    if (*quoted == "string" || *quoted == "list" || *quoted == "map") {
      const std::string instead = *quoted == "string" ? "string" : fmt::format("{}(string)", *quoted);
      context.Error(
          "Invalid quoted type constraints",
          fmt::format("Since version 0.12 types are written without quotes, which 0.11 and earlier asked "
                      "for. Write {} instead of \"{}\".",
                      instead, *quoted),
          expression.span);
    } else {
      context.Error(
          "Invalid legacy variable type hint",
          "Types are written without quotes. Remove them, and write a type such as string, number or "
          "list(string).",
          expression.span);
    }
    return;
  }
  const std::string_view keyword = hcl::AsKeyword(expression);
  using language::value::Type;
  if (keyword == "list" || keyword == "map") {
    variable.type = language::eval::TypeConstraint{
        keyword == "list" ? Type::List(Type::Dynamic()) : Type::Map(Type::Dynamic()), nullptr};
  } else {
    variable.type = language::eval::ParseTypeConstraint(*type.file, expression, context.diagnostics);
  }
  variable.parse_as_expression = variable.type && !variable.type->type.IsPrimitive();
}

void DecodeDefault(const DecodeContext& context, const hcl::Attribute& attribute, Variable& variable) {
  const hcl::Expression& expression = *attribute.expression;
  auto value = ConstantValue(context.file, expression, context.diagnostics);
  if (!value) return;
  // A default that is wrong is a default all the same, which override files need not be told of again.
  variable.default_value = Value::DynamicUnknown();
  if (variable.type) {
    const Value filled = value->IsNull() ? *value : language::eval::ApplyDefaults(*value, *variable.type);
    auto converted = language::value::Convert(filled, variable.type->type);
    if (!converted.ok()) {
      const std::string path = language::value::PathToString(converted.error->path);
      context.Error("Invalid default value for variable",
                    fmt::format("This default value does not fit the variable's type {}: {}{}.",
                                variable.type->type.ConstraintSyntax(), path.empty() ? "" : path + ": ",
                                converted.error->message),
                    expression.span);
      return;
    }
    value = std::move(converted.value);
  }
  if (value->IsNull() && !variable.nullable) {
    context.Error("Invalid default value for variable",
                  "The variable has nullable = false, so null cannot be its default.", expression.span);
    return;
  }
  variable.default_value = std::move(value);
}

bool RefersTo(const Condition& condition, std::string_view variable) {
  bool found = false;
  hcl::ForEachTraversal(*condition.condition.expression, [&](const hcl::TraversalExpression& traversal) {
    const ReferencedObject object = ParseReference(traversal);
    found |= object.kind == ReferencedObject::Kind::kVariable && object.name == variable;
  });
  return found;
}

}  // namespace

void DecodeVariable(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kAttributes, kBlocks});
  Variable variable;
  variable.name = block.labels[0].text;
  variable.place = context.PlaceOf(block);
  CheckName(context, block.labels[0], "Invalid variable name");
  if (std::ranges::find(kReservedNames, variable.name) != std::end(kReservedNames)) {
    context.Error(
        "Invalid variable name",
        fmt::format("The name \"{}\" has a meaning of its own inside of module blocks, so a variable of that "
                    "name could never be set. Choose another one.",
                    variable.name),
        block.labels[0].span);
  }
  variable.description_set = body.FindAttribute("description") != nullptr;
  variable.sensitive_set = body.FindAttribute("sensitive") != nullptr;
  variable.ephemeral_set = body.FindAttribute("ephemeral") != nullptr;
  variable.nullable_set = body.FindAttribute("nullable") != nullptr;
  variable.description = ConstantString(context, body.FindAttribute("description")).value_or("");
  variable.sensitive = ConstantBool(context, body.FindAttribute("sensitive")).value_or(false);
  variable.ephemeral = ConstantBool(context, body.FindAttribute("ephemeral")).value_or(false);
  variable.nullable = ConstantBool(context, body.FindAttribute("nullable")).value_or(true);
  if (const auto* attribute = body.FindAttribute("type")) DecodeType(context, *attribute, variable);
  if (const auto* attribute = body.FindAttribute("default")) DecodeDefault(context, *attribute, variable);
  for (const auto& inner : body.blocks) {
    if (inner.type != "validation" || !HasLabels(inner, 0)) continue;
    auto condition = DecodeCondition(context, inner, nullptr);
    if (!condition) continue;
    if (!RefersTo(*condition, variable.name)) {
      context.Error(
          "Invalid variable validation condition",
          fmt::format("The condition must refer to var.{}, or it would test nothing.", variable.name),
          condition->condition.expression->span);
      continue;
    }
    variable.validations.push_back(*std::move(condition));
  }

  const auto [existing, added] = context.module.variables.try_emplace(variable.name, std::move(variable));
  if (added) return;
  context.Error(
      "Duplicate variable declaration",
      fmt::format(
          "A variable named \"{}\" was already declared at {}. Names of variables are unique within a "
          "module.",
          existing->first, DescribePlace(existing->second.place)),
      block.header_span);
}

}  // namespace engine::config
