// Apply: creates, updates and deletes by the catalog; users and memberships have their own ways (user.cc,
// edges.cc). Not planning, and not the search for what lost calls have made (find_created.h).
// Called by okta_provider.cc.
#pragma once

#include <span>

#include "okta/resources/session.h"

namespace okta::resources {

void ApplyResources(std::span<const provider::api::ApplyRequest> requests,
                    const provider::api::Sink<provider::api::ApplyResponse>& sink, const Session& session);

// What a write led to: the new state (prior or null where nothing changed) and what went wrong.
struct Written {
  Value state;
  ProviderDiagnostics diagnostics;
};

}  // namespace okta::resources
