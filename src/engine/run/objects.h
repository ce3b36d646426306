// Makes state objects from what providers returned.
// Not the check of what they returned (provider_checks.h).
// Used by planner and applier.
#pragma once

#include <string>

#include "engine/run/providers.h"
#include "engine/state/state.h"

namespace engine::run {

// `marked`: the same value with its marks, which become the object's sensitive paths. `previous` (may be
// null) hands on its create_before_destroy flag.
state::ObjectPtr MakeObject(const Value& value, const Value& marked, const ResourceSchema& schema,
                            std::string private_data, state::Dependencies dependencies,
                            const state::Object* previous);

}  // namespace engine::run
