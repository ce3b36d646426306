// The configuration as plan documents show it: provider configurations, resources, modules, and what
// expressions refer to. Nothing is evaluated but what is constant. Used by plan_json.cc.
#pragma once

#include "base/core/result.h"
#include "cli/json/document.h"
#include "engine/config/module.h"

namespace cli::json {

base::core::Result<void> WriteConfiguration(const engine::config::Configuration& configuration,
                                            const Schemas& schemas, base::json::Writer& json);

}  // namespace cli::json
