// Validate: everything that can be said of a configuration without state, variables' values or the network:
// expressions with unknown inputs, bodies against provider schemas, the providers' own validation. Called by
// cli commands validate, plan and apply (before planning).
#pragma once

#include "base/diag/diagnostics.h"
#include "engine/run/context.h"

namespace engine::run {

void Validate(const RunContext& context, base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
