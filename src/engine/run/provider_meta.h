// provider_meta blocks: what a module tells a provider of itself with each call for its resources.
// Not the calls. Used by planner and applier.
#pragma once

#include "engine/run/providers.h"
#include "engine/run/scope.h"

namespace engine::run {

// Unmarked; null where the module has no such block for the resource's provider. Nothing after errors: a
// block that the provider does not know is one. `names`: what the block's expressions mean.
std::optional<Value> EvaluateProviderMeta(const config::Module& module, const config::Resource& resource,
                                          const Provider& provider, const language::eval::Scope& names,
                                          Diagnostics& diagnostics);

}  // namespace engine::run
