#include "language/eval/evaluator.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace language::eval {

using hcl::As;
using hcl::ExpressionKind;
using value::Value;

Value Evaluator::Evaluate(const hcl::Expression& expression) {
  if (++steps_ > kMaxSteps) [[unlikely]] {
    if (steps_ == kMaxSteps + 1) {
      // Not even try() hides that it took too long.
      base::diag::Diagnostics* const outer = std::exchange(diagnostics_, final_diagnostics_);
      Error(
          "Expression takes too long",
          fmt::format(
              "The loops of this expression go round too often: evaluation was given up after {} steps. Loop "
              "over fewer elements, or compute what does not change in a local value.",
              kMaxSteps),
          expression.span, expression.span, expression);
      diagnostics_ = outer;
    }
    return Value::DynamicUnknown();
  }
  return Dispatch(expression);
}

void Evaluator::TooLarge(const hcl::Expression& expression) {
  Error(
      "Value too large",
      fmt::format(
          "The result would have more than {} parts, or a text of more than {} MiB. Check for lists or texts "
          "that contain each other again and again.",
          value::kMaxWeight, value::kMaxTextSize >> 20),
      expression.span, expression.span, expression);
}

// The value, unless it is too large to be handed on.
Value Evaluator::Bounded(Value value, const hcl::Expression& expression) {
  if (value.Weight() <= value::kMaxTextSize / 32) [[likely]]
    return value;
  const bool text = value.IsKnownNotNull() && value.type().IsString();
  if (text ? value.AsString().size() <= value::kMaxTextSize : value.Weight() <= value::kMaxWeight)
    return value;
  TooLarge(expression);
  return Value::DynamicUnknown();
}

Value Evaluator::Dispatch(const hcl::Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      return As<hcl::LiteralExpression>(expression).value;
    case ExpressionKind::kTraversal:
      return Traversal(As<hcl::TraversalExpression>(expression));
    case ExpressionKind::kRelative:
    case ExpressionKind::kIndex:
      return Chain(expression);
    case ExpressionKind::kSplat:
      return Bounded(Splat(As<hcl::SplatExpression>(expression)), expression);
    case ExpressionKind::kCall:
      return Bounded(Call(As<hcl::CallExpression>(expression)), expression);
    case ExpressionKind::kConditional:
      return Conditional(As<hcl::ConditionalExpression>(expression));
    case ExpressionKind::kBinary:
      return Binary(As<hcl::BinaryExpression>(expression));
    case ExpressionKind::kUnary:
      return Unary(As<hcl::UnaryExpression>(expression));
    case ExpressionKind::kTuple:
      return Bounded(Tuple(As<hcl::TupleExpression>(expression)), expression);
    case ExpressionKind::kObject:
      return Bounded(Object(As<hcl::ObjectExpression>(expression)), expression);
    case ExpressionKind::kFor:
      return Bounded(For(As<hcl::ForExpression>(expression)), expression);
    case ExpressionKind::kTemplate:
      return Template(As<hcl::TemplateExpression>(expression));
    case ExpressionKind::kTemplateWrap:
      return Evaluate(*As<hcl::TemplateWrapExpression>(expression).wrapped);
    case ExpressionKind::kTemplateFor:
      return TemplateFor(As<hcl::TemplateForExpression>(expression));
    case ExpressionKind::kParentheses:
      return Evaluate(*As<hcl::ParenthesesExpression>(expression).inner);
    case ExpressionKind::kJsonText:
      return JsonText(As<hcl::JsonTextExpression>(expression));
    case ExpressionKind::kSplatItem:
      for (const Item* item = items_; item; item = item->outer) {
        if (item->item == &expression) return *item->value;
      }
      CHECK(false && "splat item outside of its splat");
  }
  return Value::DynamicUnknown();
}

Value Evaluator::EvaluateInto(const hcl::Expression& expression, base::diag::Diagnostics* diagnostics) {
  base::diag::Diagnostics* const outer = std::exchange(diagnostics_, diagnostics);
  Value value = Evaluate(expression);
  diagnostics_ = outer;
  return value;
}

const Value* Evaluator::FindLocal(std::string_view name) const {
  for (const Local* local = locals_; local; local = local->outer) {
    if (local->name == name) return local->value;
  }
  return nullptr;
}

namespace {

ReferenceStep ToReferenceStep(const hcl::TraversalStep& step) {
  return {step.kind == hcl::TraversalStep::Kind::kAttribute, step.name, step.key, step.span};
}

}  // namespace

Value Evaluator::ApplyStep(const Value& value, const ReferenceStep& step, const hcl::Expression& owner) {
  AccessResult result = step.is_attribute ? GetAttribute(value, step.name) : GetElement(value, step.key);
  if (!result.error) return std::move(result.value);
  Error(std::move(result.error->summary), std::move(result.error->detail), step.span, owner.span, owner);
  return Value::DynamicUnknown();
}

Value Evaluator::Traversal(const hcl::TraversalExpression& traversal) {
  if (const Value* local = FindLocal(traversal.root)) {
    Value value = *local;
    for (const hcl::TraversalStep& step : traversal.steps) {
      value = ApplyStep(value, ToReferenceStep(step), traversal);
    }
    return value;
  }
  constexpr size_t kInline = 4;
  if (traversal.steps.size() <= kInline) {
    std::array<Step, kInline> steps;
    for (size_t i = 0; i < traversal.steps.size(); ++i)
      steps[i] = {ToReferenceStep(traversal.steps[i]), &traversal};
    return ResolveReference(traversal, std::span(steps).first(traversal.steps.size()), traversal.span);
  }
  std::vector<Step> steps;
  for (const hcl::TraversalStep& step : traversal.steps) steps.push_back({ToReferenceStep(step), &traversal});
  return ResolveReference(traversal, steps, traversal.span);
}

Value Evaluator::ResolveReference(const hcl::TraversalExpression& traversal, std::span<const Step> steps,
                                  hcl::Span span) {
  constexpr size_t kInline = 6;
  std::array<ReferenceStep, kInline> inline_steps;
  std::vector<ReferenceStep> more;
  std::span<ReferenceStep> reference_steps(inline_steps.data(), std::min(steps.size(), kInline));
  if (steps.size() > kInline) {
    more.resize(steps.size());
    reference_steps = more;
  }
  for (size_t i = 0; i < steps.size(); ++i) reference_steps[i] = steps[i].step;

  const Reference reference{traversal.root, traversal.root_span, reference_steps, span};
  std::optional<Scope::Resolved> resolved = scope_.Resolve(reference, file_, *final_diagnostics_);
  if (!resolved) return Value::DynamicUnknown();
  Value value = std::move(resolved->value);
  for (size_t i = resolved->steps_used; i < steps.size(); ++i) {
    value = ApplyStep(value, steps[i].step, *steps[i].owner);
  }
  return value;
}

// A chain of steps with keys that are not all constant. Those of a reference are offered to the scope as a
// whole.
Value Evaluator::Chain(const hcl::Expression& expression) {
  std::vector<const hcl::Expression*> links;  // from the outside in
  const hcl::Expression* base = &expression;
  while (base->kind == ExpressionKind::kRelative || base->kind == ExpressionKind::kIndex) {
    links.push_back(base);
    base = base->kind == ExpressionKind::kIndex ? As<hcl::IndexExpression>(*base).collection
                                                : As<hcl::RelativeExpression>(*base).source;
  }
  const bool is_reference =
      base->kind == ExpressionKind::kTraversal && !FindLocal(As<hcl::TraversalExpression>(*base).root);
  std::vector<Step> steps;
  if (is_reference) {
    for (const hcl::TraversalStep& step : As<hcl::TraversalExpression>(*base).steps) {
      steps.push_back({ToReferenceStep(step), base});
    }
  }
  for (auto link = links.rbegin(); link != links.rend(); ++link) {
    if ((*link)->kind == ExpressionKind::kRelative) {
      for (const hcl::TraversalStep& step : As<hcl::RelativeExpression>(**link).steps) {
        steps.push_back({ToReferenceStep(step), *link});
      }
      continue;
    }
    const auto& index = As<hcl::IndexExpression>(**link);
    steps.push_back({{false, {}, Evaluate(*index.key), index.bracket_span}, *link});
  }
  if (is_reference) return ResolveReference(As<hcl::TraversalExpression>(*base), steps, expression.span);
  Value value = Evaluate(*base);
  for (const Step& step : steps) value = ApplyStep(value, step.step, *step.owner);
  return value;
}

Value Evaluator::Tuple(const hcl::TupleExpression& tuple) {
  std::vector<Value> elements;
  elements.reserve(tuple.elements.size());
  for (const hcl::Expression* element : tuple.elements) elements.push_back(Evaluate(*element));
  return Value::Tuple(std::move(elements));
}

Value Evaluator::Object(const hcl::ObjectExpression& object) {
  const hcl::LiteralExpression kNothing{{hcl::ExpressionKind::kLiteral}, Value()};
  if (object.body != nullptr) return JsonObject(object);
  std::vector<std::pair<std::string, Value>> attributes;
  attributes.reserve(object.items.size());
  value::Marks marks = value::kNoMarks;
  bool known = true;
  for (const hcl::ObjectItem& item : object.items) {
    if (item.key_is_identifier) {
      attributes.emplace_back(As<hcl::LiteralExpression>(*item.key).value.AsString(), Evaluate(*item.value));
      continue;
    }
    const hcl::Expression& key_expression = *item.key;
    const size_t mark = ErrorMark();
    if (key_expression.kind == ExpressionKind::kTraversal && !item.key_is_parenthesized) {
      Error("Ambiguous attribute key",
            "If this expression is intended to be a reference, wrap it in parentheses. If it's instead "
            "intended as a literal name containing periods, wrap it in quotes to create a string literal.",
            key_expression.span, key_expression.span, kNothing);
    }
    Value key = FailedSince(mark) ? Value::DynamicUnknown() : Evaluate(key_expression);
    const bool key_failed = FailedSince(mark);
    Value value = Evaluate(*item.value);
    if (key_failed || (key.IsUnknown() && value::CanConvert(key.type(), value::Type::String(), false))) {
      marks |= key.marks();
      known = false;
      continue;
    }
    if (key.IsNull()) {
      Error("Null value as key", "Can't use a null value as a key.", item.value->span, object.span,
            key_expression);
      known = false;
      continue;
    }
    marks |= key.marks();
    value::Conversion text = value::Convert(key.Unmarked(), value::Type::String());
    if (!text.ok()) {
      Error("Incorrect key type", "Can't use this value as a key: " + text.error->message + ".",
            key_expression.span, object.span, key_expression);
      known = false;
      continue;
    }
    attributes.emplace_back(text.value.AsString(), std::move(value));
  }
  if (!known) return Value::DynamicUnknown().WithMarks(marks);
  Value result = Value::Object(std::move(attributes));
  return marks ? result.WithMarks(marks) : result;
}

Value Evaluate(const hcl::File& file, const hcl::Expression& expression, const Scope& scope,
               base::diag::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  Evaluator evaluator(file, scope, diagnostics);
  Value value = evaluator.Evaluate(expression);
  for (size_t i = before; i < diagnostics.size(); ++i) {
    if (diagnostics.items()[i].severity == base::diag::Severity::kError) return Value::DynamicUnknown();
  }
  return value;
}

Value EvaluateAs(const hcl::File& file, const hcl::Expression& expression, value::Type type,
                 const Scope& scope, base::diag::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const Value value = Evaluate(file, expression, scope, diagnostics);
  if (diagnostics.size() > before && value.type().IsDynamic()) return Value::Unknown(type.WithoutOptional());
  value::Conversion converted = value::Convert(value, type);
  if (converted.ok()) return std::move(converted.value);
  AddExpressionError(diagnostics, "Incorrect value type",
                     "Invalid expression value: " + converted.error->message + ".", file, expression, scope);
  return Value::Unknown(type.WithoutOptional());
}

}  // namespace language::eval
