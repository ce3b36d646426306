// lifecycle.ignore_changes: parts of the configuration that are taken from the prior state instead.
// Not the proposed value made of both (language/schema). Source of rules: the reference's plan step 9.
// Used by planner and applier.
#pragma once

#include "engine/config/module.h"
#include "language/schema/schema.h"

namespace engine::run {

inline bool HasIgnoreChanges(const config::Lifecycle& lifecycle) {
  return lifecycle.ignore_all_changes || !lifecycle.ignore_changes.empty();
}

// The configuration with the ignored parts replaced by those of prior. Prior must not be null.
language::value::Value ApplyIgnoreChanges(const config::Lifecycle& lifecycle,
                                          const language::schema::Block& schema,
                                          const language::value::Value& prior,
                                          const language::value::Value& config);

}  // namespace engine::run
