// Data sources: each a query of its own, so each a function; schemas come from the catalog.
// Not resources.
// Called by okta_provider.cc.
#pragma once

#include <span>

#include "okta/resources/session.h"

namespace okta::resources {

void ReadDataSources(std::span<const provider::api::ReadDataRequest> requests,
                     const provider::api::Sink<provider::api::ReadDataResponse>& sink,
                     const Session& session);

}  // namespace okta::resources
