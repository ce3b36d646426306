// Values of JSON syntax: strings as templates, and objects whose keys are templates too.
#include <unordered_map>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "language/eval/evaluator.h"
#include "language/hcl/parser.h"

namespace language::eval {

using hcl::As;
using hcl::ExpressionKind;
using value::Value;

namespace {

constexpr char kInvalidKey[] = "Invalid object key expression";
constexpr char kRepeated[] = "Duplicate object attribute";

std::string RepeatedDetail(const hcl::File& file, std::string_view name, hcl::Span first) {
  const base::text::Range range = file.RangeOf(first);
  return fmt::format("An attribute named {} was already defined at {}:{},{}.", base::core::GoQuote(name),
                     range.filename, range.start.line, range.start.column);
}

// The parser bounds how deep values nest.
Value LiteralOf(const hcl::File& file, const hcl::Expression& expression,
                base::diag::Diagnostics& diagnostics) {
  if (expression.kind == ExpressionKind::kJsonText) return As<hcl::JsonTextExpression>(expression).value;
  if (const hcl::TupleExpression* tuple = hcl::AsTuple(expression)) {
    std::vector<Value> elements;
    elements.reserve(tuple->elements.size());
    for (const hcl::Expression* element : tuple->elements)
      elements.push_back(LiteralOf(file, *element, diagnostics));
    return Value::Tuple(std::move(elements));
  }
  if (const hcl::ObjectExpression* object = hcl::AsObject(expression)) {
    std::vector<std::pair<std::string, Value>> attributes;
    attributes.reserve(object->items.size());
    std::unordered_map<std::string_view, hcl::Span> seen;
    for (const hcl::ObjectItem& item : object->items) {
      const Value& key = As<hcl::JsonTextExpression>(*item.key).value;
      Value value = LiteralOf(file, *item.value, diagnostics);
      if (const auto [same, added] = seen.emplace(key.AsString(), item.key->span); !added) {
        hcl::AddError(diagnostics, kRepeated, RepeatedDetail(file, key.AsString(), same->second), file,
                      item.key->span);
        continue;
      }
      attributes.emplace_back(key.AsString(), std::move(value));
    }
    return Value::Object(std::move(attributes));
  }
  return As<hcl::LiteralExpression>(expression).value;
}

}  // namespace

std::optional<Value> LiteralJsonValue(const hcl::File& file, const hcl::Expression& expression,
                                      base::diag::Diagnostics& diagnostics) {
  base::diag::Diagnostics found;
  Value value = LiteralOf(file, expression, found);
  const bool failed = found.HasErrors();
  diagnostics.Append(std::move(found));
  if (failed) return std::nullopt;
  return value;
}

Value Evaluator::JsonText(const hcl::JsonTextExpression& text) {
  if (text.parsed != nullptr) return Evaluate(*text.parsed);
  for (const hcl::TextProblem& problem : text.problems) {
    Error(std::string(problem.summary), std::string(problem.detail), problem.subject, problem.context, text);
  }
  return text.problems.empty() ? text.value : Value::DynamicUnknown();
}

Value Evaluator::JsonObject(const hcl::ObjectExpression& object) {
  std::vector<std::pair<std::string, Value>> attributes;
  attributes.reserve(object.items.size());
  std::unordered_map<std::string, hcl::Span> seen;
  value::Marks marks = value::kNoMarks;
  bool known = true;
  for (const hcl::ObjectItem& item : object.items) {
    const Value key = Evaluate(*item.key);
    Value value = Evaluate(*item.value);
    marks |= key.marks();
    value::Conversion text = value::Convert(key.Unmarked(), value::Type::String());
    if (!text.ok() || text.value.IsNull()) {
      Error(kInvalidKey,
            text.ok() ? "Cannot use null value as an object key."
                      : "Cannot use this expression as an object key: " + text.error->message + ".",
            item.key->span, item.key->span, *item.key);
      continue;
    }
    if (text.value.IsUnknown()) {
      known = false;
      continue;
    }
    std::string name(text.value.AsString());
    if (const auto [same, added] = seen.emplace(name, item.key->span); !added) {
      Error(kRepeated, RepeatedDetail(file_, name, same->second), item.key->span, item.key->span, *item.key);
      continue;
    }
    attributes.emplace_back(std::move(name), std::move(value));
  }
  if (!known) return Value::DynamicUnknown().WithMarks(marks);
  Value result = Value::Object(std::move(attributes));
  return marks ? result.WithMarks(marks) : result;
}

}  // namespace language::eval
