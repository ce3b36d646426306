#include "language/eval/render.h"

namespace language::eval {
namespace {

// The call of type() that the expression is, through "${...}" and parentheses.
const hcl::CallExpression* AsTypeCall(const hcl::Expression& expression) {
  const hcl::Expression* at = &expression;
  while (true) {
    if (at->kind == hcl::ExpressionKind::kTemplateWrap)
      at = hcl::As<hcl::TemplateWrapExpression>(*at).wrapped;
    else if (at->kind == hcl::ExpressionKind::kParentheses)
      at = hcl::As<hcl::ParenthesesExpression>(*at).inner;
    else
      break;
  }
  if (at->kind != hcl::ExpressionKind::kCall) return nullptr;
  const auto& call = hcl::As<hcl::CallExpression>(*at);
  const bool type =
      (call.name == "type" || call.name == "core::type") && call.arguments.size() == 1 && !call.expand_final;
  return type ? &call : nullptr;
}

}  // namespace

std::optional<ConsoleAnswer> AnswerConsole(const hcl::File& file, const hcl::Expression& expression,
                                           const Scope& scope, base::diag::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const hcl::CallExpression* call = AsTypeCall(expression);
  const value::Value value = Evaluate(file, call ? *call->arguments[0] : expression, scope, diagnostics);
  for (size_t i = before; i < diagnostics.size(); ++i) {
    if (diagnostics.items()[i].severity == base::diag::Severity::kError) return std::nullopt;
  }
  if (call) return ConsoleAnswer{RenderType(value.type()), value::Type::String()};
  return ConsoleAnswer{RenderValue(value), value.type()};
}

}  // namespace language::eval
