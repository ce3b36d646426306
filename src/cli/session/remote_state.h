// How terraform_remote_state reads states: through the program's own backends.
// Not the data source (provider/builtin). Called by provider_factory.cc.
#pragma once

#include <memory>

#include "base/core/environment.h"
#include "engine/encryption/encryption.h"
#include "engine/remote/backend_type.h"
#include "provider/builtin/remote_state.h"

namespace cli::session {

// The encryption is asked for when a state is read; there may be none.
using EncryptionInUse = std::shared_ptr<const std::shared_ptr<const engine::encryption::Encryption>>;

provider::builtin::StateReader MakeStateReader(const base::core::Environment& environment,
                                               engine::remote::HostServices services,
                                               EncryptionInUse encryption);

}  // namespace cli::session
