#include "engine/run/variables.h"

#include "engine/run/conditions.h"
#include "language/value/convert.h"

namespace engine::run {

Value PrepareVariable(const config::Variable& variable, Value value, const config::Place& place,
                      Diagnostics& diagnostics) {
  if (value.IsNull() && !variable.nullable) {
    if (variable.default_value) return *variable.default_value;
    language::hcl::AddError(
        diagnostics, "Required variable not set",
        fmt::format("The variable \"{}\" may not be null, and it has no default.", variable.name),
        *place.file, place.span);
    return Value::DynamicUnknown();
  }
  if (!variable.type) return value;
  value = language::eval::ApplyDefaults(value, *variable.type);
  language::value::Conversion converted = language::value::Convert(value, variable.type->type);
  if (converted.ok()) return std::move(converted.value);
  std::string path = language::value::PathToString(converted.error->path);
  language::hcl::AddError(
      diagnostics, "Invalid value for input variable",
      fmt::format("The value does not fit variable \"{}\", which is declared as {}: {}{}{}.", variable.name,
                  variable.type->type.ConstraintSyntax(),
                  path.empty() ? "" : path.substr(path.starts_with('.') ? 1 : 0) + ": ",
                  converted.error->message, ""),
      *place.file, place.span);
  return Value::DynamicUnknown();
}

void CheckVariable(const config::Variable& variable, const ModuleScope& scope, Phase phase,
                   Diagnostics& diagnostics) {
  for (const config::Condition& validation : variable.validations) {
    ConditionResult result = EvaluateCondition(validation, scope, diagnostics);
    if (result.status != ConditionStatus::kFail) continue;
    (void)phase;
    language::eval::AddExpressionError(diagnostics, "Invalid value for variable",
                                       fmt::format("{}\n\nThis was checked by the validation rule at {}.",
                                                   result.message, PlaceText(validation.place)),
                                       *variable.place.file, *validation.condition.expression, scope,
                                       {.subject = variable.place.span});
  }
}

}  // namespace engine::run
