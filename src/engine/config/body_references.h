// Walks the expressions of a body whose schema is not at hand: every argument, every nested block, and
// dynamic blocks with their iterators left out. Used by this room and engine/graph.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "language/hcl/parser.h"

namespace engine::config {

// The file is the one that the traversal stands in: of merged bodies, parts come from several.
using BodyTraversalCallback =
    std::function<void(const language::hcl::File&, const language::hcl::TraversalExpression&)>;

// `skipped_attributes` and `skipped_blocks` count for the outermost body only.
void ForEachTraversalOfBody(const language::hcl::File& file, const language::hcl::Body& body,
                            std::span<const std::string_view> skipped_attributes,
                            std::span<const std::string_view> skipped_blocks,
                            const BodyTraversalCallback& callback);

}  // namespace engine::config
