#include <algorithm>

#include "base/core/strings.h"
#include "language/eval/evaluator.h"
#include "language/eval/render.h"
#include "language/hcl/parser.h"

namespace language::eval {

using hcl::As;
using hcl::ExpressionKind;
using value::Value;

namespace {

// "var.x[0]": the first `steps` steps.
std::string TraversalText(const hcl::TraversalExpression& traversal, size_t steps) {
  std::string text(traversal.root);
  for (const hcl::TraversalStep& step : traversal.steps.first(steps)) {
    if (step.kind == hcl::TraversalStep::Kind::kAttribute) {
      text.append(".").append(step.name);
    } else if (step.key.IsKnownNotNull() && step.key.type().IsString()) {
      text += "[" + base::core::GoQuote(step.key.AsString()) + "]";
    } else if (step.key.IsKnownNotNull() && step.key.type().IsNumber()) {
      text += "[" + step.key.AsNumber().ToString() + "]";
    } else {
      text += "[...]";
    }
  }
  return text;
}

// What a diagnostic says of a value, or nothing when it is better left out.
std::optional<std::string> Statement(const Value& value, const ExpressionErrorOptions& cause) {
  const bool include_unknown = cause.caused_by_unknown;
  if (value.IsMarked(value::kSensitive)) {
    return cause.caused_by_sensitive ? std::optional<std::string>("has a sensitive value") : std::nullopt;
  }
  if (value.IsMarked(value::kEphemeral)) {
    return cause.caused_by_ephemeral ? std::optional<std::string>("has an ephemeral value") : std::nullopt;
  }
  if (value.IsKnown()) return "is " + RenderCompact(value);
  if (value.type().IsDynamic()) {
    return include_unknown ? std::optional<std::string>("will be known only after apply") : std::nullopt;
  }
  return "is " + RenderCompact(value) + (include_unknown ? ", known only after apply" : "");
}

}  // namespace

void Evaluator::Error(std::string summary, std::string detail, hcl::Span subject, hcl::Span context,
                      const hcl::Expression& about, const Callee& callee) {
  if (quiet_) {
    base::diag::Diagnostic diagnostic;
    diagnostic.summary = std::move(summary);
    diagnostic.detail = std::move(detail);
    diagnostic.subject = file_.RangeOf(subject);
    diagnostics_->Add(std::move(diagnostic));
    return;
  }
  base::diag::Diagnostic diagnostic = hcl::MakeDiagnostic(base::diag::Severity::kError, std::move(summary),
                                                          std::move(detail), file_, subject, context);
  if (diagnostic.snippet) {
    diagnostic.snippet->values = ValuesInPlay(about, {});
    if (callee.function) {
      diagnostic.snippet->function_signature =
          std::string(callee.called_as) +
          functions::Signature(*callee.function).substr(callee.function->name.size());
      diagnostic.snippet->function_signature_json = functions::SignatureJson(*callee.function);
    }
  }
  diagnostics_->Add(std::move(diagnostic));
}

std::optional<Value> Evaluator::ResolveQuietly(const hcl::TraversalExpression& traversal,
                                               size_t steps) const {
  base::diag::Diagnostics dropped;
  std::vector<ReferenceStep> reference_steps;
  for (const hcl::TraversalStep& step : traversal.steps.first(steps)) {
    reference_steps.push_back(
        {step.kind == hcl::TraversalStep::Kind::kAttribute, step.name, step.key, step.span});
  }
  Scope::Resolved resolved;
  if (const Value* local = FindLocal(traversal.root)) {
    resolved.value = *local;
  } else {
    const Reference reference{traversal.root, traversal.root_span, reference_steps, traversal.span};
    std::optional<Scope::Resolved> found = scope_.Resolve(reference, file_, dropped);
    if (!found || dropped.HasErrors()) return std::nullopt;
    resolved = *std::move(found);
  }
  Value value = resolved.value;
  for (size_t i = resolved.steps_used; i < reference_steps.size(); ++i) {
    const ReferenceStep& step = reference_steps[i];
    AccessResult result = step.is_attribute ? GetAttribute(value, step.name) : GetElement(value, step.key);
    if (result.error) return std::nullopt;
    value = std::move(result.value);
  }
  return value;
}

std::vector<base::diag::ExpressionValue> Evaluator::ValuesInPlay(const hcl::Expression& expression,
                                                                 const ExpressionErrorOptions& cause) const {
  std::vector<base::diag::ExpressionValue> values;
  hcl::ForEachTraversal(expression, [&](const hcl::TraversalExpression& traversal) {
    // The longest part that has a value; a mere root name is none.
    for (size_t steps = traversal.steps.size(); steps > 0; --steps) {
      const std::optional<Value> value = ResolveQuietly(traversal, steps);
      if (!value) continue;
      std::string text = TraversalText(traversal, steps);
      const bool seen =
          std::ranges::any_of(values, [&](const auto& known) { return known.traversal == text; });
      std::optional<std::string> statement = Statement(*value, cause);
      if (!seen && statement) values.push_back({std::move(text), *std::move(statement)});
      return;
    }
  });
  std::ranges::sort(values, {}, &base::diag::ExpressionValue::traversal);
  return values;
}

hcl::Span StartSpan(const hcl::Expression& expression) {
  const hcl::Expression* at = &expression;
  while (true) {
    switch (at->kind) {
      case ExpressionKind::kTemplate: {
        const auto& parts = As<hcl::TemplateExpression>(*at).parts;
        if (parts.empty()) return at->span;
        // The reference points behind an empty text.
        if (parts.size() == 1 && parts[0]->span.begin == parts[0]->span.end)
          return {at->span.end, at->span.end};
        at = parts[0];
        continue;
      }
      case ExpressionKind::kParentheses:
        at = As<hcl::ParenthesesExpression>(*at).inner;
        continue;
      case ExpressionKind::kTemplateFor:
        return As<hcl::ForExpression>(*As<hcl::TemplateForExpression>(*at).tuple).open_span;
      case ExpressionKind::kBinary:
        at = As<hcl::BinaryExpression>(*at).left;
        continue;
      case ExpressionKind::kConditional:
        at = As<hcl::ConditionalExpression>(*at).condition;
        continue;
      case ExpressionKind::kCall: {
        const auto& call = As<hcl::CallExpression>(*at);
        return Cover(call.name_span, call.open_span);
      }
      case ExpressionKind::kTuple:
        return {at->span.begin, at->span.begin + 1};
      case ExpressionKind::kUnary:
        return {at->span.begin, at->span.begin + 1};
      case ExpressionKind::kObject:
        return As<hcl::ObjectExpression>(*at).open_span;
      case ExpressionKind::kFor:
        return As<hcl::ForExpression>(*at).open_span;
      case ExpressionKind::kSplat:
        return As<hcl::SplatExpression>(*at).marker_span;
      case ExpressionKind::kIndex: {
        const hcl::Span bracket = As<hcl::IndexExpression>(*at).bracket_span;
        return {bracket.begin, bracket.begin + 1};
      }
      default:
        return at->span;
    }
  }
}

void AddExpressionError(base::diag::Diagnostics& diagnostics, std::string summary, std::string detail,
                        const hcl::File& file, const hcl::Expression& expression, const Scope& scope,
                        const ExpressionErrorOptions& options) {
  base::diag::Diagnostic diagnostic =
      hcl::MakeDiagnostic(options.severity, std::move(summary), std::move(detail), file,
                          options.subject.value_or(expression.span));
  if (diagnostic.snippet) {
    base::diag::Diagnostics dropped;
    diagnostic.snippet->values = Evaluator(file, scope, dropped).ValuesInPlay(expression, options);
  }
  diagnostic.origin = options.origin;
  diagnostics.Add(std::move(diagnostic));
}

}  // namespace language::eval
