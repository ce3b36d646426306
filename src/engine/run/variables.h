// Values of a module's variables: conversion of what a caller passed, and validation rules.
// Not where root values come from (engine/config). Used by ModuleScope.
#pragma once

#include "engine/config/module.h"
#include "engine/run/scope.h"

namespace engine::run {

// Defaults of optional attributes filled in, null replaced by the default where null is not allowed,
// converted.
Value PrepareVariable(const config::Variable& variable, Value value, const config::Place& place,
                      Diagnostics& diagnostics);

// Runs the validation blocks; the scope must already know the variable's value.
void CheckVariable(const config::Variable& variable, const ModuleScope& scope, Phase phase,
                   Diagnostics& diagnostics);

}  // namespace engine::run
