// What storages of remote backends have in common beside HTTP: where their journals lie, the state of a new
// workspace. Not the journal (engine/state/journal.h). Called by the backends' storages.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"

namespace engine::remote {

// <directory>/<type>-<digest of the identity>.journal; empty without a directory. `identity` tells apart all
// states that the type can reach (address, key, workspace), and may hold secrets.
std::string JournalPathFor(const std::string& directory, std::string_view type, std::string_view identity);

// The text of a state without resources, of a new lineage: what makes a workspace exist where that takes an
// object.
base::core::Result<std::string> EmptyStateText();

}  // namespace engine::remote
