// Evaluates a provider block and configures the provider with it. Used by planner and applier.
#pragma once

#include "engine/run/providers.h"
#include "engine/run/scope.h"

namespace engine::run {

// Null after errors. `scope`: the module instance that declares the configuration.
Provider* StartProvider(const ProviderConfig& config, ModuleScope& scope, ProviderPool& pool,
                        Diagnostics& diagnostics);

// The provider block of the module that stands for this configuration; null when it is implied.
const config::ProviderBlock* FindProviderBlock(const config::Module& module, const ProviderConfig& config);

// Attributes of provider blocks that are not the provider's own.
inline constexpr std::string_view kProviderMetaArguments[] = {"alias", "version"};

}  // namespace engine::run
