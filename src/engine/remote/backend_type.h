// What the catalog knows of a kind of backend: its schema, the check of its arguments, the making of one.
// Not the backends themselves (backend.h of engine/backend) nor the reading of backend blocks (cli/session).
// Each backend's header exports one; catalog.cc has them all.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/diag/diagnostics.h"
#include "engine/backend/backend.h"
#include "engine/backend/local.h"
#include "language/schema/schema.h"

namespace engine::remote {

using backend::Backend;

// What is wrong with an argument of a backend; `attribute` may be empty.
struct ArgumentProblem {
  std::string summary;
  std::string detail;
  std::string attribute;
};

// Hosts that offer services: discovery and tokens as the CLI configuration has them. Thread-safe.
struct HostServices {
  // The URL of "tfe.v2" or the like, with a slash at its end. Errors name the host.
  std::function<base::core::Result<std::string>(const std::string& host, const std::string& service)> url_of;
  // The host's token, which is secret; nothing where there is none.
  std::function<base::core::Result<std::optional<std::string>>(const std::string& host)> token_for;
};

// What a backend takes from elsewhere than its block. What it points to outlives the backend.
struct Surroundings {
  const base::core::Environment* environment = nullptr;
  std::string data_directory = ".terraform";  // where journals lie; empty: nowhere
  // The command line's paths, for "local".
  backend::LocalOptions paths;
  HostServices services;
  // A state, as its file holds it, as the document of `show -json`; nothing where that cannot be made. May be
  // empty.
  std::function<std::optional<std::string>(std::string_view state)> state_document;
};

struct BackendType {
  std::string_view name;
  const language::schema::Block& (*schema)();
  // Arguments that the type's own rules refuse. Nothing when all is well. What is not given may stand in the
  // environment.
  std::optional<ArgumentProblem> (*check)(const language::value::Value& arguments,
                                          const base::core::Environment& environment);
  // `arguments` conform to the schema and have passed `check`. Null after errors.
  std::unique_ptr<Backend> (*open)(const language::value::Value& arguments, const Surroundings& surroundings,
                                   base::diag::Diagnostics& diagnostics);
};

}  // namespace engine::remote
