// Which attributes of which resources the planned changes have to do with: what their expressions read,
// directly or through locals, variables, outputs and other resources. Plans carry it, and only drift of these
// attributes is worth telling. Nothing is evaluated. Called by plan_drift.cc.
#pragma once

#include <functional>
#include <vector>

#include "engine/changes/plan.h"
#include "engine/config/module.h"
#include "provider/api/provider.h"

namespace engine::run {

// Null where the type is unknown.
using ResourceSchemaLookup = std::function<const language::schema::Block*(
    const language::address::Provider&, const language::address::Resource&)>;

// Outputs of modules count like changes; `outputs` are those below the root.
struct ModuleOutput {
  language::address::ModuleInstance module;
  std::string name;
};

// Sorted, without duplicates. Cost: the size of the configuration times its module instances.
std::vector<changes::RelevantAttribute> FindRelevantAttributes(const changes::Plan& plan,
                                                               const std::vector<ModuleOutput>& outputs,
                                                               const config::Configuration& configuration,
                                                               const ResourceSchemaLookup& schemas);

}  // namespace engine::run
