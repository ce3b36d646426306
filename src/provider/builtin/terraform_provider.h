// The provider terraform.io/builtin/terraform: the resource terraform_data, which keeps values in the state
// and calls nobody. terraform_remote_state will join it through an injected state reader. Made by
// cli/session.
#pragma once

#include <memory>

#include "provider/api/provider.h"

namespace provider::builtin {

std::shared_ptr<api::Provider> MakeTerraformProvider();

}  // namespace provider::builtin
