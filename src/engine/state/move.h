// What `state mv` does: objects get other addresses, in the same state or in another one.
// Not the moves of a configuration's moved blocks (engine/run/moves.h). Called by the command state mv.
#pragma once

#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/state/state.h"

namespace engine::state {

using language::address::Target;

// What has moved, as one tells the user: a module, a resource or an instance.
struct MovedObject {
  std::string from, to;
};

// `to` may be the same state. A resource without key that has no count or for_each is its only instance. Who
// depends on what has moved loses its dependencies, which the next apply finds anew. After errors both states
// are in disorder and must not be saved.
std::vector<MovedObject> MoveObjects(State& from, State& to, const Target& source, const Target& destination,
                                     base::diag::Diagnostics& diagnostics);

}  // namespace engine::state
