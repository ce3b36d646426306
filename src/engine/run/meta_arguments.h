// Arguments and blocks of resource and data blocks that are the language's, not the provider's.
// Used wherever a body is decoded by a provider's schema.
#pragma once

#include <string_view>

namespace engine::run {

inline constexpr std::string_view kResourceMetaArguments[] = {"count", "for_each", "provider", "depends_on"};
inline constexpr std::string_view kResourceMetaBlocks[] = {"lifecycle", "connection", "provisioner"};

}  // namespace engine::run
