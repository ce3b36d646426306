// Walks the expressions of a body whose schema is not at hand: every argument, every nested block, and
// dynamic blocks with their iterators left out. Internal to this room.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "language/hcl/parser.h"

namespace engine::config {

// `skipped_attributes` and `skipped_blocks` count for the outermost body only.
void ForEachTraversalOfBody(const language::hcl::Body& body,
                            std::span<const std::string_view> skipped_attributes,
                            std::span<const std::string_view> skipped_blocks,
                            const std::function<void(const language::hcl::TraversalExpression&)>& callback);

}  // namespace engine::config
