#include "engine/run/conditions.h"

#include "base/core/strings.h"
#include "language/value/convert.h"

namespace engine::run {

using language::value::Type;

namespace {

using base::diag::Origin;
using base::diag::Severity;

// True, false or unknown; nothing, with an error of the summary, for what is no such value.
std::optional<Value> AsTruth(const config::ExpressionRef& condition, const Value& value,
                             std::string_view summary, const language::eval::Scope& scope,
                             Diagnostics& diagnostics) {
  language::value::Conversion converted = language::value::Convert(value.UnmarkedDeep(), Type::Bool());
  if (converted.ok() && !converted.value.IsNull()) return std::move(converted.value);
  language::eval::AddExpressionError(diagnostics, std::string(summary),
                                     fmt::format("The condition must give true or false, and this gives {}.",
                                                 converted.ok() ? "null" : value.type().FriendlyName()),
                                     *condition.file, *condition.expression, scope);
  return std::nullopt;
}

void AddMessageError(const config::ExpressionRef& message, std::string summary, std::string detail,
                     const language::eval::Scope& scope, Severity severity, Origin origin,
                     Diagnostics& diagnostics) {
  language::eval::AddExpressionError(diagnostics, std::move(summary), std::move(detail), *message.file,
                                     *message.expression, scope, {.severity = severity, .origin = origin});
}

constexpr std::string_view kNoText = "An error message must be a string.";
constexpr std::string_view kSensitiveSummary = "Error message refers to sensitive values";
constexpr std::string_view kSensitiveDetail =
    "The message would show sensitive values, so it is not shown. If what it shows is no secret, wrap it in "
    "nonsensitive().";
constexpr std::string_view kEphemeralSummary = "Error message refers to ephemeral values";
constexpr std::string_view kEphemeralDetail =
    "The message would show ephemeral values, so it is not shown. ephemeralasnull() keeps them out of it.";

}  // namespace

std::string ConditionMessage(const config::ExpressionRef& message, const language::eval::Scope& scope,
                             Origin origin, Diagnostics& diagnostics) {
  Diagnostics own;
  Value value = language::eval::Evaluate(*message.file, *message.expression, scope, own);
  bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return "";
  language::value::Conversion text = language::value::Convert(value, Type::String());
  if (!text.ok()) {
    AddMessageError(message, "Invalid error message", std::string(kNoText), scope, Severity::kError, origin,
                    diagnostics);
    return "";
  }
  language::value::Marks marks = text.value.MarksDeep();
  if (!text.value.IsKnownNotNull()) return "";
  if (marks & language::value::kSensitive) {
    AddMessageError(message, std::string(kSensitiveSummary), std::string(kSensitiveDetail), scope,
                    Severity::kWarning, Origin::kCondition, diagnostics);
    return "";
  }
  if (marks & language::value::kEphemeral) {
    AddMessageError(message, std::string(kEphemeralSummary), std::string(kEphemeralDetail), scope,
                    Severity::kWarning, origin, diagnostics);
    return "";
  }
  return std::string(base::core::Trim(text.value.AsString()));
}

ConditionResult EvaluateCondition(const config::Condition& condition, const language::eval::Scope& scope,
                                  base::diag::Origin origin, Diagnostics& diagnostics) {
  Diagnostics own;
  Value value =
      language::eval::Evaluate(*condition.condition.file, *condition.condition.expression, scope, own);
  std::string message = ConditionMessage(condition.error_message, scope, origin, own);
  bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return {ConditionStatus::kError, ""};
  std::optional<Value> truth =
      AsTruth(condition.condition, value, "Invalid condition result", scope, diagnostics);
  if (!truth) return {ConditionStatus::kError, ""};
  if (truth->IsUnknown()) return {ConditionStatus::kUnknown, ""};
  if (truth->AsBool()) return {ConditionStatus::kPass, ""};
  return {ConditionStatus::kFail, std::move(message)};
}

std::optional<std::string> EvaluateValidation(const config::Variable& variable,
                                              const config::Condition& validation,
                                              const language::eval::Scope& scope, ConditionStatus& status,
                                              Diagnostics& diagnostics) {
  status = ConditionStatus::kError;
  const config::ExpressionRef& message = validation.error_message;
  Diagnostics own;
  Value value =
      language::eval::Evaluate(*validation.condition.file, *validation.condition.expression, scope, own);
  bool failed = own.HasErrors();
  // Mistakes in the message are told even where it is not needed.
  Value message_value = language::eval::Evaluate(*message.file, *message.expression, scope, own);
  diagnostics.Append(std::move(own));
  if (failed) return std::nullopt;
  std::optional<Value> truth =
      AsTruth(validation.condition, value, "Invalid variable validation result", scope, diagnostics);
  if (!truth) return std::nullopt;
  if (!truth->IsUnknown() && !truth->AsBool())
    status = ConditionStatus::kFail;
  else
    status = truth->IsUnknown() ? ConditionStatus::kUnknown : ConditionStatus::kPass;
  if (status != ConditionStatus::kFail) return std::nullopt;

  auto add = [&](std::string_view summary, std::string_view detail) {
    AddMessageError(message, std::string(summary), std::string(detail), scope, Severity::kError,
                    Origin::kOther, diagnostics);
  };
  constexpr std::string_view kNoMessage = "The value is not valid, and there is no message that says why.";
  language::value::Conversion text = language::value::Convert(message_value, Type::String());
  if (!text.ok()) {
    add("Invalid error message", kNoText);
    return std::string(kNoMessage);
  }
  if (text.value.IsUnknown()) {
    add("Invalid error message", "The message depends on values that only the apply will know.");
    return std::nullopt;
  }
  if (text.value.IsNull()) return std::string(kNoMessage);
  language::value::Marks marks = text.value.MarksDeep();
  constexpr std::string_view kHidden = "The message contains a sensitive value, so it is not shown.";
  if (marks & language::value::kSensitive) {
    // A variable that is sensitive itself may be named in its own message: it is left out all the same.
    if (!variable.sensitive) add(kSensitiveSummary, kSensitiveDetail);
    return std::string(kHidden);
  }
  if (marks & language::value::kEphemeral) {
    add(kEphemeralSummary, kEphemeralDetail);
    return std::string(kHidden);
  }
  std::string shown(base::core::Trim(text.value.AsString()));
  return shown.empty() ? std::string(kNoMessage) : shown;
}

bool CheckConditions(std::span<const config::Condition> conditions, std::string_view summary,
                     const language::eval::Scope& scope, base::diag::Severity severity,
                     const CheckedObject& object, CheckResults* results, Diagnostics& diagnostics) {
  bool passed = true;
  bool check = object.kind == "check";
  auto origin = check ? base::diag::Origin::kCheckBlock : base::diag::Origin::kCondition;
  for (const config::Condition& condition : conditions) {
    ConditionResult result = EvaluateCondition(condition, scope, origin, diagnostics);
    const size_t said = diagnostics.size();
    if (results) results->Add(object, result.status, result.message);
    const language::hcl::File& file = *condition.condition.file;
    const language::hcl::Expression& expression = *condition.condition.expression;
    if (result.status == ConditionStatus::kUnknown && check)
      language::eval::AddExpressionError(
          diagnostics, "Check block assertion known after apply",
          "The condition depends on values that only the apply will know. It is checked then.", file,
          expression, scope, {.severity = base::diag::Severity::kWarning, .origin = origin});
    diagnostics.SetConditionOf(object.address, said, check);
    if (result.status == ConditionStatus::kError) passed = false;
    if (result.status != ConditionStatus::kFail) continue;
    passed = passed && severity != base::diag::Severity::kError;
    std::string message = result.message.empty() ? "The condition is false, and its message cannot be shown."
                                                 : std::move(result.message);
    language::eval::AddExpressionError(diagnostics, std::string(summary), std::move(message), file,
                                       expression, scope, {.severity = severity, .origin = origin});
    diagnostics.SetConditionOf(object.address, said, check);
  }
  return passed;
}

void FailCheck(const std::string& check, const language::address::ModuleInstance& module,
               CheckResults& results, Diagnostics& diagnostics) {
  CheckedObject object = CheckedName("check", check, module);
  for (base::diag::Diagnostic& diagnostic : diagnostics.mutable_items()) {
    if (diagnostic.severity != Severity::kError) continue;
    results.Add(object, ConditionStatus::kFail, diagnostic.summary + ": " + diagnostic.detail);
    diagnostic.origin = Origin::kCheckBlock;
  }
  diagnostics.SetConditionOf(object.address, 0);
  diagnostics.DemoteErrors();
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
  base::text::Range range = place.file->RangeOf(place.span);
  return fmt::format("{}:{},{}-{}", range.filename, range.start.line, range.start.column, range.end.column);
}

}  // namespace engine::run
