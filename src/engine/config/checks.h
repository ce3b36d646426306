// Checks across the blocks of a loaded configuration. Internal to this room; load.cc runs them.
#pragma once

#include "engine/config/module.h"

namespace engine::config {

// Arguments of module calls against the variables of the called modules, outputs of the root, import targets.
void CheckModuleTree(const Configuration& configuration, base::diag::Diagnostics& diagnostics);

// Every reference of every expression: whether the object is declared, and whether it may be used there.
void CheckReferences(const Configuration& configuration, base::diag::Diagnostics& diagnostics);

}  // namespace engine::config
