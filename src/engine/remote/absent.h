// Backends that other programs have, or had: what to do about a state that lies in one of them.
// Not the backends in the program (catalog.h). Called by cli/session and cli/commands for their diagnostics.
#pragma once

#include <string>
#include <string_view>

namespace engine::remote {

// The detail of a diagnostic about a backend that FindBackendType does not find: which of ours fits, and how
// the state gets there.
std::string AbsentBackendDetail(std::string_view type);

}  // namespace engine::remote
