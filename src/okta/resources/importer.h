// Import by the id formats of the provider (ids, logins, "id/true" and "id/skip_users") and by identity.
// Not the refresh that follows, which the object read here serves.
// Called by okta_provider.cc.
#pragma once

#include "okta/resources/session.h"

namespace okta::resources {

provider::api::ImportResponse ImportObject(const ResourceSpec& spec, const language::schema::Block& block,
                                           std::string_view id, const Session& session);
// Fills the walk's cache with what is about to be imported, by list calls instead of a call for each object.
void ListForImport(const Objects& objects, std::span<const std::string> ids, const Session& session);

// By identity, whose id it is. Nothing of the configuration is left to be changed then: arguments that the
// org does not know have their defaults.
provider::api::ImportResponse ImportByIdentity(const ResourceSpec& spec, const language::schema::Block& block,
                                               const Value& identity, const Session& session);

}  // namespace okta::resources
