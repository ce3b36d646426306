// Whether a workspace that has its runs on the server has them with a version whose states this program may
// change. Source of the rules: the reference. Not for workspaces with local runs. Called by TfeBackend.
#pragma once

#include <string>

#include "base/diag/diagnostics.h"
#include "engine/backend/backend.h"
#include "engine/remote/tfe_service.h"

namespace engine::remote {

// True also with a warning, where use.ignore_remote_version is set.
bool CheckTerraformVersion(const TfeWorkspace& workspace, const std::string& organization,
                           const backend::WorkspaceUse& use, base::diag::Diagnostics& diagnostics);

}  // namespace engine::remote
