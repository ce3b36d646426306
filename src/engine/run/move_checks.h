// Mistakes in moved and removed blocks: statements that contradict each other or the configuration.
// Does not move anything (moves.h). Used by the planner.
#pragma once

#include <functional>

#include "base/diag/diagnostics.h"
#include "engine/config/load.h"

namespace engine::run {

// Whether the configuration has what `target` names, seen from the module of the statement. `whole`: the
// resource or module call as such, whatever its instances; else the instance.
using IsDeclared =
    std::function<bool(const config::ModuleNode& from, const language::address::Target& target, bool whole)>;

// Asked after the walk, when all repetition is known. False after errors ("Moved object still exists",
// "Ambiguous move statements", ...): the plan cannot be relied on then.
bool CheckMoves(const config::Configuration& configuration, const IsDeclared& is_declared,
                base::diag::Diagnostics& diagnostics);

// "Removed resource still exists" and "Removed module still exists"; false after errors.
bool CheckRemoved(const config::Configuration& configuration, base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
