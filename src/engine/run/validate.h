// Validate: everything that can be said of a configuration without state, variables' values or the network:
// expressions with unknown inputs, bodies against provider schemas, the providers' own validation. Called by
// cli commands validate, plan and apply (before planning). The configuration is loaded without
// LoadOptions::check_references: those checks are a part of this.
#pragma once

#include "base/diag/diagnostics.h"
#include "engine/run/context.h"

namespace engine::run {

// `for_plan`: also what only a plan stumbles over (blocks that refer to themselves); but not whether
// providers are there that are required and not used.
void Validate(const RunContext& context, base::diag::Diagnostics& diagnostics, bool for_plan = false);

}  // namespace engine::run
