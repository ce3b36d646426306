// A state of a new workspace: what tells backends that list what they hold that the workspace exists.
// Not for "default", which exists anyway. Called by backends' CreateWorkspace.
#pragma once

#include "base/core/result.h"
#include "engine/state/storage.h"

namespace engine::remote {

// Under the lock; a state that is there already stays. An error names the holder of the lock.
base::core::Result<void> EnsureState(state::StateStorage& storage);

}  // namespace engine::remote
