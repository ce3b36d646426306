// The provisioner file: a text, a file or a folder that is copied to another machine.
// Not the way there (connection.h). Made by provisioners.h, and by tests.
#pragma once

#include <memory>

#include "base/core/environment.h"
#include "provider/api/provisioner.h"

namespace provider::provisioner {

// The environment says where an SSH agent is, and the home folder.
std::shared_ptr<const api::Provisioner> MakeFile(const base::core::Environment& environment);

}  // namespace provider::provisioner
