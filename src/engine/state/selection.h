// Which instances of a state an address names, as the state commands understand addresses.
// Not the parsing of addresses (language/address). Used by state list and state rm.
#pragma once

#include <vector>

#include "engine/state/state.h"

namespace engine::state {

using language::address::Target;

// In the order of addresses; nothing where the state has no such object. A module stands for all that is in
// it and in the modules below; without a key at its end for all of its instances. A resource stands for all
// of its instances, in exactly the module instance that is written.
std::vector<ResourceInstance> InstancesAt(const State& state, const Target& target);
std::vector<ResourceInstance> AllInstances(const State& state);

// Takes the instances out, deposed objects included, and resources that have none left with them.
void RemoveInstances(State& state, std::vector<ResourceInstance> addresses);

}  // namespace engine::state
