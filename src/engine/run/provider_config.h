// Evaluates a provider block and configures the provider with it.
// Not the choice of the provider, nor its instances (providers.h).
// Used by planner and applier.
#pragma once

#include "engine/run/providers.h"
#include "engine/run/scope.h"

namespace engine::run {

// Null after errors. `scope`: the module instance that declares the configuration.
Provider* StartProvider(const ProviderConfig& config, ModuleScope& scope, ProviderPool& pool,
                        Diagnostics& diagnostics);

// The provider block of the module that stands for this configuration; null when it is implied.
const config::ProviderBlock* FindProviderBlock(const config::Module& module, const ProviderConfig& config);

// Where the expressions of the block are read: in its module, or in the test file that it comes from.
const language::eval::Scope& ScopeOfProvider(const config::ProviderBlock& block, const ModuleScope& scope);

// Attributes of provider blocks that are not the provider's own.
inline constexpr std::string_view kProviderMetaArguments[] = {"alias", "version"};

}  // namespace engine::run
