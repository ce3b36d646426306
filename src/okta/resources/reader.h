// Refresh: many objects with few calls. Whole pages of the list where most of a page is ours, batches of an
// id filter elsewhere, single GETs for one; a list's answer counts only where it agrees with the prior state,
// all else is asked again by a GET of the object (lists lag behind writes and leave out deprovisioned users).
#pragma once

#include <span>

#include "okta/resources/session.h"

namespace okta::resources {

void ReadResources(std::span<const provider::api::ReadRequest> requests,
                   const provider::api::Sink<provider::api::ReadResponse>& sink, const Session& session);

}  // namespace okta::resources
