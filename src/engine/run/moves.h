// Moves: carries objects of the state to new addresses, as moved blocks and changed repetition ask for.
// Works on the state before planning; the plan only reports it. Used by the planner.
#pragma once

#include <map>
#include <memory>

#include "base/diag/diagnostics.h"
#include "engine/config/module.h"
#include "engine/run/providers.h"
#include "engine/state/state.h"

namespace engine::run {

// The state with moved addresses (the same pointer when nothing moves). `moved_from` gets new address -> old
// one. Explicit moved blocks come first; then an instance without key becomes [0] or the other way round,
// where `count` was added or removed and nothing explicit speaks of the resource. Objects that change their
// resource type go through the provider of the new one, which need not be configured.
std::shared_ptr<const state::State> ApplyMoves(
    const config::Configuration& configuration, std::shared_ptr<const state::State> state,
    ProviderPool& providers,
    std::map<language::address::ResourceInstance, language::address::ResourceInstance>& moved_from,
    base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
