// Arguments and blocks of resource and data blocks that are the language's, not the provider's.
// Not their meaning (engine/config decodes them).
// Used wherever a body is decoded by a provider's schema.
#pragma once

#include <string_view>

namespace engine::run {

inline constexpr std::string_view kResourceMetaArguments[] = {"count", "for_each", "provider", "depends_on"};
inline constexpr std::string_view kResourceMetaBlocks[] = {"lifecycle", "connection", "provisioner"};

inline constexpr std::string_view kProvisionerMetaArguments[] = {"when", "on_failure"};
inline constexpr std::string_view kProvisionerMetaBlocks[] = {"connection", "lifecycle", "_"};

}  // namespace engine::run
