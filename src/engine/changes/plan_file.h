// Saved plans: everything that `apply FILE` needs, in one file of mode 0600: changes, both states, variables,
// and the configuration's files. The format is our own (a JSON document, compressed); magic and version are
// checked. Used by cli/commands plan, apply, show.
#pragma once

#include <map>
#include <string>

#include "base/core/result.h"
#include "engine/changes/plan.h"
#include "engine/state/sealer.h"

namespace engine::changes {

struct SavedPlan {
  Plan plan;
  std::map<std::string, std::string> files;  // path from the working folder -> text
  std::string workspace;
};

// `sealer` encrypts the whole file; it may be null.
base::core::Result<void> WritePlanFile(const std::string& path, const SavedPlan& saved,
                                       state::Sealer* sealer = nullptr);
// Errors say when the file is a plan of the stock program, no plan at all, or encrypted in another way.
base::core::Result<SavedPlan> ReadPlanFile(const std::string& path, state::Sealer* sealer = nullptr);

}  // namespace engine::changes
