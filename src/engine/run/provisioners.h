// Finds and checks what a configuration's provisioner blocks ask for.
// Not their running (apply_provisioners.cc), nor what they do (provider/provisioner).
// Used by validation and the applier.
#pragma once

#include "base/diag/diagnostics.h"
#include "engine/run/context.h"
#include "language/eval/evaluate.h"

namespace engine::run {

// Null after an error.
std::shared_ptr<const provider::api::Provisioner> FindProvisioner(const RunContext& context,
                                                                  const config::Provisioner& block,
                                                                  base::diag::Diagnostics& diagnostics);
// The block's form and arguments, and its connection. `scope` has unknown values for what is not there yet.
// False after errors.
bool CheckProvisioner(const RunContext& context, const config::Provisioner& block,
                      const language::eval::Scope& scope, base::diag::Diagnostics& diagnostics);
// The connection that holds for the block, of ConnectionSchema; null where there is none.
language::value::Value EvaluateConnection(const config::Provisioner& block,
                                          const language::eval::Scope& scope,
                                          base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
