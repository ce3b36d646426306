// Custom conditions: preconditions, postconditions, validation rules, check assertions.
// Evaluates one condition; what its failure means is the caller's business. Used by planner, applier and
// scopes.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "engine/config/module.h"
#include "engine/run/check_results.h"
#include "engine/run/context.h"
#include "language/eval/evaluate.h"

namespace engine::run {

using base::diag::Diagnostics;

struct ConditionResult {
  ConditionStatus status = ConditionStatus::kUnknown;
  std::string message;  // of kFail; empty where it may not be shown
};

// Errors of the evaluation itself are added to diagnostics (kError), those of the message also where the
// condition holds; warnings of messages that may not be shown are said by `origin`.
ConditionResult EvaluateCondition(const config::Condition& condition, const language::eval::Scope& scope,
                                  base::diag::Origin origin, Diagnostics& diagnostics);

// The text of an error message, trimmed; empty where it may not be shown or is not known, which is warned of.
std::string ConditionMessage(const config::ExpressionRef& message, const language::eval::Scope& scope,
                             base::diag::Origin origin, Diagnostics& diagnostics);

// A validation rule, whose mistakes are told otherwise. What to say when the value is not valid (kFail);
// nothing where the diagnostics say enough.
std::optional<std::string> EvaluateValidation(const config::Variable& variable,
                                              const config::Condition& validation,
                                              const language::eval::Scope& scope, ConditionStatus& status,
                                              Diagnostics& diagnostics);

// Checks all; failures become diagnostics with the summary ("Resource precondition failed"), warnings if so
// wanted. Each outcome goes to `results`, which may be null. An assertion of a check block that is not known
// yet is told of. False when one failed with an error, or could not be evaluated.
bool CheckConditions(std::span<const config::Condition> conditions, std::string_view summary,
                     const language::eval::Scope& scope, base::diag::Severity severity,
                     const CheckedObject& object, CheckResults* results, Diagnostics& diagnostics);

// Errors of reading a check block's own data fail the check, and nothing else: they become warnings of it.
void FailCheck(const std::string& check, const language::address::ModuleInstance& module,
               CheckResults& results, Diagnostics& diagnostics);

// Whether the root output may show its value: false, with an error, for a sensitive one in an output that is
// not.
bool CheckOutputMarks(const config::Output& output, const Value& value, Diagnostics& diagnostics);

// "main.tf:3,1-11"
std::string PlaceText(const config::Place& place);

}  // namespace engine::run
