#include "engine/run/conditions.h"

#include "language/value/convert.h"

namespace engine::run {

using language::value::Type;

ConditionResult EvaluateCondition(const config::Condition& condition, const language::eval::Scope& scope,
                                  Diagnostics& diagnostics) {
  const language::hcl::File& file = *condition.condition.file;
  Diagnostics own;
  Value value = language::eval::Evaluate(file, *condition.condition.expression, scope, own);
  bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return {ConditionStatus::kError, ""};
  language::value::Conversion converted = language::value::Convert(value.UnmarkedDeep(), Type::Bool());
  if (!converted.ok() || converted.value.IsNull()) {
    language::eval::AddExpressionError(
        diagnostics, "Invalid condition result",
        "The condition must give true or false, and this gives " +
            (converted.ok() ? std::string("null") : value.type().FriendlyName()) + ".",
        file, *condition.condition.expression, scope);
    return {ConditionStatus::kError, ""};
  }
  if (converted.value.IsUnknown()) return {ConditionStatus::kUnknown, ""};
  if (converted.value.AsBool()) return {ConditionStatus::kPass, ""};
  std::string message = "The condition is false, and its error message cannot be shown.";
  if (condition.error_message) {
    Diagnostics quiet;
    Value text = language::eval::Evaluate(*condition.error_message.file, *condition.error_message.expression,
                                          scope, quiet);
    language::value::Conversion as_text = language::value::Convert(text, Type::String());
    bool hidden = text.MarksDeep() != language::value::kNoMarks;
    if (as_text.ok() && as_text.value.IsKnownNotNull() && !hidden)
      message = as_text.value.AsString();
    else if (hidden)
      message = "The error message is not shown, because it contains sensitive values.";
    diagnostics.Append(std::move(quiet));
  }
  return {ConditionStatus::kFail, std::move(message)};
}

bool CheckConditions(std::span<const config::Condition> conditions, std::string_view summary,
                     const language::eval::Scope& scope, base::diag::Severity severity,
                     std::string_view address, Diagnostics& diagnostics) {
  bool passed = true;
  for (const config::Condition& condition : conditions) {
    ConditionResult result = EvaluateCondition(condition, scope, diagnostics);
    if (result.status == ConditionStatus::kError) passed = false;
    if (result.status != ConditionStatus::kFail) continue;
    passed = passed && severity != base::diag::Severity::kError;
    language::eval::AddExpressionError(diagnostics, std::string(summary), result.message,
                                       *condition.condition.file, *condition.condition.expression, scope,
                                       {.severity = severity});
  }
  return passed;
}

bool CheckOutputMarks(const config::Output& output, const Value& value, Diagnostics& diagnostics) {
  if (output.sensitive || !(value.MarksDeep() & language::value::kSensitive)) return true;
  language::hcl::AddError(
      diagnostics, "Output refers to sensitive values",
      "This output would show a sensitive value. If it is meant for a program, mark the output with "
      "sensitive = true; if the value is no secret, wrap it in nonsensitive().",
      *output.place.file, output.place.span);
  return false;
}

std::string PlaceText(const config::Place& place) {
  base::text::Range range = place.file->source().RangeOf(place.span);
  return fmt::format("{}:{},{}-{}", range.filename, range.start.line, range.start.column, range.end.column);
}

}  // namespace engine::run
