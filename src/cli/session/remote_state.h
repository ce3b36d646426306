// How terraform_remote_state reads states: through the program's own backends.
// Not the data source (provider/builtin). Called by provider_factory.cc.
#pragma once

#include "base/core/environment.h"
#include "engine/remote/backend_type.h"
#include "provider/builtin/remote_state.h"

namespace cli::session {

provider::builtin::StateReader MakeStateReader(const base::core::Environment& environment,
                                               engine::remote::HostServices services);

}  // namespace cli::session
