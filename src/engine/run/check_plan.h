// Holds a plan that comes from a file against the schemas: a damaged or forged one must end in a message, not
// in the middle of an apply. Not the check whether the state is still the one it was made for. Called by cli
// commands apply and show.
#pragma once

#include <functional>

#include "base/core/result.h"
#include "engine/changes/plan.h"
#include "provider/api/provider.h"

namespace engine::run {

// Null where the type is unknown.
using SchemaFinder = std::function<const provider::api::ResourceSchema*(const language::address::Provider&,
                                                                        const language::address::Resource&)>;

// The error names the first change that cannot be meant. Changes of unknown types are not looked into: apply
// refuses them by itself, and views draw them by their values.
base::core::Result<void> CheckPlan(const changes::Plan& plan, const SchemaFinder& schemas);

}  // namespace engine::run
