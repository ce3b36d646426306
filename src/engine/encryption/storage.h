// Encryption around any backend: what lies there is encrypted, what comes out of it is not.
// Not the encryption itself (encryption.h). Put around backends by cli/session.
#pragma once

#include <memory>

#include "engine/backend/backend.h"
#include "engine/encryption/encryption.h"

namespace engine::encryption {

// `encryption` says something of states.
std::unique_ptr<backend::Backend> EncryptBackend(std::unique_ptr<backend::Backend> inner,
                                                 std::shared_ptr<const Encryption> encryption);

// For one who reads a state by a sealer of his own; lives no longer than the sealer.
std::unique_ptr<state::StateStorage> ReadThrough(std::unique_ptr<state::StateStorage> inner,
                                                 state::Sealer& sealer);

}  // namespace engine::encryption
