// The provisioner local-exec: a command on this machine, with its output as it comes.
// Not the language around it (when, on_failure, self), which is the engine's.
// Made by provisioners.h, and by tests.
#pragma once

#include <memory>

#include "base/core/environment.h"
#include "provider/api/provisioner.h"

namespace provider::provisioner {

// Commands run by /bin/sh -c, or by the interpreter that the configuration names, in the environment given
// and what the configuration adds to it.
std::shared_ptr<const api::Provisioner> MakeLocalExec(const base::core::Environment& environment);

}  // namespace provider::provisioner
