// The JSON document inside a plan file. Only plan_file.cc calls this.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"
#include "engine/changes/plan_file.h"

namespace engine::changes {

base::core::Result<std::string> EncodePlan(const SavedPlan& saved);
base::core::Result<SavedPlan> DecodePlan(std::string_view document);

}  // namespace engine::changes
