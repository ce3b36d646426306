// Writes a resource block from an imported object, as plan -generate-config-out does, and import blocks.
// Not the file: the command writes it.
// Used by the planner and by queries.
#pragma once

#include <string>

#include "language/address/address.h"
#include "language/schema/schema.h"

namespace engine::run {

// `resource "t" "n" { ... }` in canonical format, ending in a newline: arguments sorted, unset ones as null,
// sensitive ones as null with a comment, JSON texts as jsonencode(...), what only the provider sets and what
// is deprecated left out. `provider`: of its provider argument, if it is to have one. Source of rules: the
// stock program's generated files.
std::string GenerateConfig(const language::address::Resource& address, const language::schema::Block& schema,
                           const language::value::Value& value, std::string_view provider = {});

// `import { ... }` in canonical format: the object with this identity, of the provider configuration if that
// is given ("okta.west").
std::string GenerateImport(const language::address::Resource& address, const language::value::Value& identity,
                           std::string_view provider = {});

}  // namespace engine::run
