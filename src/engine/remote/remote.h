// The arguments of the backend "remote": an organization's workspace by its name, or those with a prefix.
// Not the backend (tfe_backend.h). Used by catalog.cc.
#pragma once

#include "engine/remote/backend_type.h"

namespace engine::remote {

extern const BackendType kRemoteType;

inline constexpr std::string_view kTfeHost = "app.terraform.io";

}  // namespace engine::remote
