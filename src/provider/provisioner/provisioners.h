// Which provisioners there are, by type: the factory that the engine is given.
// Not their doings (local_exec.h).
// Called by cli/session.
#pragma once

#include <memory>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "provider/api/provisioner.h"

namespace provider::provisioner {

// `environment`: what commands find, beside what a configuration adds. The error says what to do instead.
base::core::Result<std::shared_ptr<const api::Provisioner>> FindProvisioner(
    const std::string& type, const base::core::Environment& environment);

}  // namespace provider::provisioner
