// States as `show -json` prints them: outputs, resources by module, results of checks.
// Not the state file (engine/state). Used by cli/commands show and test, and by plan_json.cc.
#pragma once

#include "base/core/result.h"
#include "cli/json/document.h"

namespace cli::json {

// The whole document with its line end. An error means that what came out is incomplete.
base::core::Result<void> PrintState(const engine::state::State& state, const Schemas& schemas,
                                    const Output& output);

// The object inside of other documents; those have results of checks by themselves.
base::core::Result<void> WriteState(const engine::state::State& state, const Schemas& schemas, bool checks,
                                    Document& document);

// What the log of `test -verbose -json` has of a state: the members of an object.
base::core::Result<void> WriteStateOfTest(const engine::state::State& state, const Schemas& schemas,
                                          Document& document);

// The object's value with its marks, and errors for versions that do not fit.
base::core::Result<language::value::Value> DecodeObject(const engine::state::Object& object,
                                                        const provider::api::ResourceSchema& schema,
                                                        const engine::state::ResourceInstance& address);

}  // namespace cli::json
