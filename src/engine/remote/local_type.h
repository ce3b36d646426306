// The arguments of the backend "local". Not the backend (engine/backend/local.h). Used by catalog.cc.
#pragma once

#include "engine/remote/backend_type.h"

namespace engine::remote {

extern const BackendType kLocalType;

}  // namespace engine::remote
