// The arguments of the `cloud` block: an organization's workspace by its name, or those with tags.
// Not the backend (tfe_backend.h) nor what init does differently for it (cli/commands). Used by catalog.cc;
// the name "cloud" cannot be written as a backend's type.
#pragma once

#include "engine/remote/backend_type.h"
#include "engine/remote/tfe_backend.h"

namespace engine::remote {

extern const BackendType kCloudType;

// Which workspaces the block, with the environment, means: name or tags. Nothing is checked.
TfeMapping CloudMapping(const language::value::Value& arguments, const base::core::Environment& environment);

// "net, db", "env=dev, team": for people.
std::string DescribeTags(const TfeTags& tags);

}  // namespace engine::remote
