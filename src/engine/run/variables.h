// Values of a module's variables: conversion of what a caller passed, and validation rules.
// Not where root values come from (engine/config). Used by ModuleScope.
#pragma once

#include "engine/config/module.h"
#include "engine/run/scope.h"

namespace engine::run {

// Defaults of optional attributes filled in, null replaced by the default where null is not allowed,
// converted. `name` is the variable's for messages ("module.a.var.x"), `place` the value's.
Value PrepareVariable(const config::Variable& variable, Value value, const std::string& name,
                      const config::Place& place, Diagnostics& diagnostics);

// Runs the validation blocks, outcomes to `results` (may be null); the scope must already know the variable's
// value.
void CheckVariable(const config::Variable& variable, const ModuleScope& scope, CheckResults* results,
                   Diagnostics& diagnostics);

}  // namespace engine::run
