// The provisioner remote-exec: scripts that are copied to another machine and run there.
// Not the way there (connection.h). Made by provisioners.h, and by tests.
#pragma once

#include <memory>

#include "base/core/environment.h"
#include "provider/api/provisioner.h"

namespace provider::provisioner {

// The environment says where an SSH agent is.
std::shared_ptr<const api::Provisioner> MakeRemoteExec(const base::core::Environment& environment);

}  // namespace provider::provisioner
