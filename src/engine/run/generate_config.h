// Writes a resource block from an imported object, as plan -generate-config-out does.
// Not the file: the command writes it.
// Used by the planner.
#pragma once

#include <string>

#include "language/address/address.h"
#include "language/schema/schema.h"

namespace engine::run {

// `resource "t" "n" { ... }` in canonical format, ending in a newline: arguments sorted, unset ones as null,
// sensitive ones as null with a comment, JSON texts as jsonencode(...), what only the provider sets and what
// is deprecated left out. Source of rules: the stock program's generated files.
std::string GenerateConfig(const language::address::Resource& address, const language::schema::Block& schema,
                           const language::value::Value& value);

}  // namespace engine::run
