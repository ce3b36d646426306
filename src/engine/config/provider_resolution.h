// Which provider configuration each local name of a module stands for: its own blocks, those passed by the
// caller, and the defaults that modules inherit. Not the evaluation of provider blocks. Internal to this
// room, for load.cc.
#pragma once

#include "engine/config/module.h"

namespace engine::config {

// Adds implied entries to module.required_providers, fills node.providers, and sets the provider of every
// resource. The parent must be resolved already. `module` is the node's own. For tests, what the root asks
// its callers for counts as there.
void ResolveProviders(ModuleNode& node, Module& module, bool for_tests, base::diag::Diagnostics& diagnostics);

// Rules about what a call passes to its (resolved) child: undeclared names, other sources, aliases left out,
// and children with configurations of their own.
void CheckProviderPassing(const ModuleNode& parent, const ModuleCall& call, const ModuleNode& child,
                          base::diag::Diagnostics& diagnostics);

}  // namespace engine::config
