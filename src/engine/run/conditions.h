// Custom conditions: preconditions, postconditions, validation rules, check assertions.
// Evaluates one condition; what its failure means is the caller's business. Used by planner, applier and
// scopes.
#pragma once

#include <span>
#include <string>

#include "engine/config/module.h"
#include "engine/run/context.h"
#include "language/eval/evaluate.h"

namespace engine::run {

using base::diag::Diagnostics;

enum class ConditionStatus : uint8_t { kPass, kFail, kUnknown, kError };

struct ConditionResult {
  ConditionStatus status = ConditionStatus::kUnknown;
  std::string message;  // of kFail
};

// Errors of the evaluation itself are added to diagnostics (kError).
ConditionResult EvaluateCondition(const config::Condition& condition, const language::eval::Scope& scope,
                                  Diagnostics& diagnostics);

// Checks all; failures become diagnostics with the summary ("Resource precondition failed"), warnings if so
// wanted. False when one failed or could not be evaluated.
bool CheckConditions(std::span<const config::Condition> conditions, std::string_view summary,
                     const language::eval::Scope& scope, base::diag::Severity severity,
                     std::string_view address, Diagnostics& diagnostics);

// Whether the root output may show its value: false, with an error, for a sensitive one in an output that is
// not.
bool CheckOutputMarks(const config::Output& output, const Value& value, Diagnostics& diagnostics);

// "main.tf:3,1-11"
std::string PlaceText(const config::Place& place);

}  // namespace engine::run
