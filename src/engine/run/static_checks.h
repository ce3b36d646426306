// What is said of import blocks and of ignore_changes without looking at any state.
// Not the import itself (plan_import.cc) nor the ignoring (ignore_changes.cc).
// Used by validate.cc and the planner.
#pragma once

#include "engine/run/scope.h"
#include "language/schema/schema.h"

namespace engine::run {

// Whether the block's key fits its target ("Invalid import 'to' expression") and its ID can be one ("Invalid
// import id argument"); wrong references count as told.
void CheckImport(const config::Import& import, ModuleScope& root, Diagnostics& diagnostics);

// An import whose target count or for_each does not give: told by plans.
void AddMissingImportTarget(const language::address::ResourceInstance& address, Diagnostics& diagnostics);

// Whether the attributes exist in the schema; a warning for those that only the provider sets.
void CheckIgnoreChanges(const config::Resource& resource, const language::schema::Block& schema,
                        Diagnostics& diagnostics);

}  // namespace engine::run
