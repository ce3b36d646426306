// Where users are odd: credentials, lifecycle, deletion in two steps. The rest of a user is in the catalog.
// Not their reading. Source: the request sequences of okta/okta 6.12 and Okta's user lifecycle.
// Called by writer.cc only.
#pragma once

#include <string>

#include "okta/resources/writer.h"

namespace okta::resources {

// Adds credentials to the body; returns the query of the create call ("?activate=false" or "").
std::string PrepareUserCreate(const Value& planned, boost::json::object* body);
// What follows the create call: the status wanted, expiry of the password. `object` becomes the user as it is
// then. A failure leaves the user in state.
void FinishUserCreate(const Value& planned, const Session& session, boost::json::object* object,
                      ProviderDiagnostics* diagnostics);
Written UpdateUser(const ResourceSpec& spec, const Value& prior, const Value& planned,
                   const Session& session);
// The first DELETE deactivates, the second deletes.
Written DeleteUser(const Value& prior, const Session& session);

}  // namespace okta::resources
