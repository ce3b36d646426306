// Functions of providers as the expressions of one module may call them: provider::NAME::FUNCTION, where NAME
// is declared in the module's required_providers. Used by ModuleScope.
#pragma once

#include <memory>

#include "engine/config/module.h"
#include "engine/run/providers.h"
#include "language/functions/functions.h"

namespace engine::run {

// The environment with the functions of the module's providers; null where the module declares no provider,
// so that `base` serves as it is. Providers are started on the first call. `providers` and `node` must
// outlive it.
std::unique_ptr<const language::functions::Environment> ModuleFunctions(
    const language::functions::Environment& base, const config::ModuleNode& node, ProviderPool& providers);

}  // namespace engine::run
