// Checks across the blocks of a loaded configuration.
// Not the mistakes inside of one block (decode*.cc), nor those that take schemas (engine/run/validate.h).
// Internal to this room: load.cc runs them.
#pragma once

#include "engine/config/module.h"

namespace engine::config {

// What import blocks of the root say twice, or need not say: known also to init.
void CheckImportBlocks(const Configuration& configuration, base::diag::Diagnostics& diagnostics);

// Arguments of module calls against the variables of the called modules, outputs of the root, import targets.
void CheckModuleTree(const Configuration& configuration, base::diag::Diagnostics& diagnostics);

}  // namespace engine::config
