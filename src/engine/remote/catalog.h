// All backends by name. Not the reading of backend blocks (cli/session) nor which backend is in use.
// Used by cli/session, also for terraform_remote_state, and by cli/commands for init.
#pragma once

#include <span>

#include "engine/remote/backend_type.h"

namespace engine::remote {

// By name.
std::span<const BackendType* const> AllBackendTypes();
// Null when the program has no such backend: absent.h then has words for it.
const BackendType* FindBackendType(std::string_view name);
const language::schema::Block* FindBackendSchema(std::string_view name);

// By the type's own rules; `type` is in the program.
std::optional<ArgumentProblem> CheckArguments(std::string_view type, const language::value::Value& arguments,
                                              const base::core::Environment& environment);

// `arguments` conform to the type's schema and have passed CheckArguments; `type` is in the program. Null
// after errors.
std::unique_ptr<Backend> OpenBackend(std::string_view type, const language::value::Value& arguments,
                                     const Surroundings& surroundings, base::diag::Diagnostics& diagnostics);

// The host that the backend reaches by plain http, over a network; empty: none.
std::string HostWithoutTls(Backend& backend);

}  // namespace engine::remote
