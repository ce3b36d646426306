// Taking states along to HCP Terraform, with the questions that belong to it: into the one workspace that the
// cloud block names, or into workspaces that get its tags.
// Not the copying of a state (backend_migration.h) nor the rest of init (init_cloud.h), which calls this.
#pragma once

#include <string>

#include "cli/commands/backend_migration.h"
#include "engine/remote/tfe_backend.h"

namespace cli::commands {

struct CloudMigration {
  bool ok = false;
  std::string only;  // of several workspaces, the one whose state went along; empty: all
};

CloudMigration MigrateToCloud(CommandContext& command, const Migration& migration,
                              const engine::remote::TfeMapping& mapping,
                              base::diag::Diagnostics& diagnostics);

}  // namespace cli::commands
