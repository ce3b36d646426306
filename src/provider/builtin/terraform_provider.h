// The provider terraform.io/builtin/terraform: the resource terraform_data, which keeps values in the state
// and calls nobody, and the data source terraform_remote_state (remote_state.h). Not the reading of states.
// Made by cli/session.
#pragma once

#include <memory>

#include "provider/api/provider.h"
#include "provider/builtin/remote_state.h"

namespace provider::builtin {

std::shared_ptr<api::Provider> MakeTerraformProvider(StateReader reader = {});

}  // namespace provider::builtin
