// States and outputs as people read them: `show`, `state show`, the outputs at the end of an apply.
// Not plans (plan_view.h) and no JSON.
// Used by show, state, output, apply.
#pragma once

#include <string>

#include "cli/view/plan_view.h"
#include "cli/view/style.h"
#include "engine/state/state.h"

namespace cli::view {

// `show` of a whole state; "The state file is empty. No resources are represented." where it is.
std::string RenderState(const engine::state::State& state, const SchemaLookup& schemas, const Style& style);
// `state show`: "# ADDR:" and its block (current object).
std::string RenderInstance(const engine::state::ResourceState& resource,
                           const engine::state::Instance& instance, const language::schema::Block& schema,
                           const Style& style);

// name and value (marked where sensitive), sorted by name: "name = value" lines; sensitive ones as
// <sensitive>.
std::string RenderOutputs(const std::vector<std::pair<std::string, language::value::Value>>& outputs);
// The JSON of `output -json`, with a final newline.
std::string OutputsJson(const std::map<std::string, engine::state::OutputValue>& outputs);

}  // namespace cli::view
