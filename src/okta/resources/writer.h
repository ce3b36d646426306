// Apply: creates, updates and deletes by the catalog; users and memberships have their own ways (user.cc,
// edges.cc). Not planning. Called by provider.cc.
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

// The object that a create whose answer was lost has left behind: same natural key, made at or after `since`
// by our clock. Null state when there is none; for memberships, the links that are there.
Written FindCreatedObject(const ResourceSpec& spec, const Value& planned, base::core::TimePoint since,
                          const Session& session);

}  // namespace okta::resources
