// The backends in the program: their schemas, and each one made from its arguments.
// Not the reading of backend blocks (cli/session) nor which backend is in use.
// Used by cli/session and by terraform_remote_state's reader.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/core/environment.h"
#include "base/diag/diagnostics.h"
#include "engine/backend/backend.h"
#include "engine/backend/local.h"
#include "language/schema/schema.h"

namespace engine::backend {

// Null when the program has no such backend.
const language::schema::Block* FindBackendSchema(std::string_view type);

// What is wrong with an argument of a backend; `attribute` may be empty.
struct ArgumentProblem {
  std::string summary;
  std::string detail;
  std::string attribute;
};
// Arguments that the type's own rules refuse. Nothing when all is well. What is not given may stand in the
// environment.
std::optional<ArgumentProblem> CheckArguments(std::string_view type, const language::value::Value& arguments,
                                              const base::core::Environment& environment);

// What a backend takes from elsewhere than its block.
struct Surroundings {
  const base::core::Environment* environment = nullptr;
  std::string data_directory = ".terraform";
  // The command line's paths, for "local".
  LocalOptions paths;
};
// `arguments` conform to the type's schema and have passed CheckArguments; `type` is in the program.
std::unique_ptr<Backend> MakeBackend(std::string_view type, const language::value::Value& arguments,
                                     const Surroundings& surroundings);

}  // namespace engine::backend
