// The JSON document inside a plan file, both ways; damaged ones are errors.
// Not the file, its magic and compression (plan_file.cc), nor whether values fit their schemas (engine/run).
// Called by plan_file.cc only.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"
#include "engine/changes/plan_file.h"

namespace engine::changes {

base::core::Result<std::string> EncodePlan(const SavedPlan& saved);
base::core::Result<SavedPlan> DecodePlan(std::string_view document);

}  // namespace engine::changes
