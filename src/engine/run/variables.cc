#include "engine/run/variables.h"

#include "base/diag/summary.h"
#include "engine/run/conditions.h"
#include "language/value/convert.h"

namespace engine::run {

Value PrepareVariable(const config::Variable& variable, Value value, const std::string& name,
                      const config::Place& place, Diagnostics& diagnostics) {
  const auto declared = [&] {
    return variable.place.file ? base::diag::RangeText(variable.place.file->RangeOf(variable.place.span))
                               : std::string("an unknown place");
  };
  if (value.IsNull() && !variable.nullable) {
    if (variable.default_value) return *variable.default_value;
    language::hcl::AddError(
        diagnostics, "Required variable not set",
        fmt::format("{}, declared at {}, may not be null, and it has no default.", name, declared()),
        *place.file, place.span);
    return Value::DynamicUnknown();
  }
  if (!variable.type) return value;
  value = language::eval::ApplyDefaults(value, *variable.type);
  language::value::Conversion converted = language::value::Convert(value, variable.type->type);
  if (converted.ok()) return std::move(converted.value);
  std::string path = language::value::PathToString(converted.error->path);
  language::hcl::AddError(diagnostics, "Invalid value for input variable",
                          fmt::format("The value does not fit {}, declared at {} as {}: {}{}.", name,
                                      declared(), variable.type->type.ConstraintSyntax(),
                                      path.empty() ? "" : path.substr(path.starts_with('.') ? 1 : 0) + ": ",
                                      converted.error->message),
                          *place.file, place.span);
  return Value::DynamicUnknown();
}

void CheckVariable(const config::Variable& variable, const ModuleScope& scope, CheckResults* results,
                   Diagnostics& diagnostics) {
  if (variable.validations.empty()) return;
  CheckedObject object = CheckedName("var", variable.name, scope.path());
  for (const config::Condition& validation : variable.validations) {
    if (scope.IsMisreferenced(validation.condition) || scope.IsMisreferenced(validation.error_message))
      continue;
    ConditionStatus status;
    std::optional<std::string> message = EvaluateValidation(variable, validation, scope, status, diagnostics);
    if (results) results->Add(object, status, message.value_or(""));
    if (!message) continue;
    const size_t said = diagnostics.size();
    // Who gave the value reads this: the caller of the module, where there is one.
    const config::ExpressionRef argument = scope.Argument(variable.name);
    const auto& places = scope.run().variable_places;
    const auto given = scope.parent() ? places.end() : places.find(variable.name);
    const config::Place& place = given == places.end() ? variable.place : given->second;
    language::eval::AddExpressionError(diagnostics, "Invalid value for variable",
                                       fmt::format("{}\n\nThis was checked by the validation rule at {}.",
                                                   *message, PlaceText(validation.place)),
                                       argument ? *argument.file : *place.file,
                                       *validation.condition.expression, scope,
                                       {.subject = argument ? argument.expression->span : place.span});
    diagnostics.SetConditionOf(object.address, said);
  }
}

}  // namespace engine::run
