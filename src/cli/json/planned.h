// Every change of a plan as documents list them: also the instances that stay as they are, which a plan
// leaves out. Not their text (plan_json.cc). Used by plan_json.cc.
#pragma once

#include <vector>

#include "base/core/result.h"
#include "cli/json/document.h"
#include "engine/changes/plan.h"

namespace cli::json {

// One instance: a change of the plan, or an object of the prior state that stays.
struct Planned {
  engine::changes::ResourceInstance address;
  const engine::changes::ResourceChange* change = nullptr;  // null: stays
  const engine::state::ResourceState* resource = nullptr;   // of what stays
  const engine::state::Object* object = nullptr;
};

// In the order of addresses. The plan must outlive them.
std::vector<Planned> ListPlanned(const engine::changes::Plan& plan);

// The change itself; made up for what stays. `storage` keeps it then.
base::core::Result<const engine::changes::ResourceChange*> ChangeOf(const Planned& planned,
                                                                    const Schemas& schemas,
                                                                    engine::changes::ResourceChange& storage);

}  // namespace cli::json
