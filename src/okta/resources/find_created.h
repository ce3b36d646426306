// Looks for the objects that creates have left behind whose answers were lost: by this run's own calls
// (writer), or by a run that died (the provider's FindCreated). Not an import: nothing is asked of the user.
#pragma once

#include <span>

#include "okta/resources/writer.h"

namespace okta::resources {

// Same natural key, made at or after `since` by our clock. Null state when there is none; for memberships,
// the links that are there. One call.
Written FindCreatedObject(const ResourceSpec& spec, const Value& planned, base::core::TimePoint since,
                          const Session& session);

// The same for many, some fifty objects to a call. What a list does not show is looked for by itself only
// where the list may lag behind a create of the last minute.
void FindCreatedObjects(std::span<const provider::api::FindCreatedRequest> requests,
                        const provider::api::Sink<provider::api::FindCreatedResponse>& sink,
                        const Session& session);

}  // namespace okta::resources
