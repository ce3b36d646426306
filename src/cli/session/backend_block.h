// The backend block of the root module, with what -backend-config adds: arguments by the type's schema.
// Not the backend itself (engine/backend) nor the one that the folder was initialised with (saved_backend.h).
// Used by Session and by init.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/core/environment.h"
#include "base/diag/diagnostics.h"
#include "engine/config/module.h"
#include "language/schema/schema.h"

namespace cli::session {

struct BackendBlock {
  std::string type;
  const language::schema::Block* schema = nullptr;
  language::value::Value arguments;  // by the schema
  uint64_t hash = 0;                 // of the block alone; the reference's number
};

// `overrides`: values of -backend-config, "name=value" or the path of a file, in order. Nothing after errors.
// `unknown_type`: the summary when there is no such backend.
std::optional<BackendBlock> ReadBackendBlock(const engine::config::Backend& backend,
                                             std::span<const std::string> overrides,
                                             std::string_view unknown_type,
                                             const base::core::Environment& environment,
                                             base::diag::Diagnostics& diagnostics);

// The number by which the reference knows whether the block has changed since init. Mistakes do not matter.
uint64_t HashOfBlock(const engine::config::Backend& backend, const language::schema::Block& schema);

// The schema of the block's type; an error with this summary when there is none.
const language::schema::Block* SchemaOfBlock(const engine::config::Backend& backend, std::string_view summary,
                                             base::diag::Diagnostics& diagnostics);

// Whether the saved arguments are these. False also when they cannot be read by the schema.
bool SameArguments(const std::string& saved_json, const BackendBlock& block);

}  // namespace cli::session
