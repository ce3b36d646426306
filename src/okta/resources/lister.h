// Lists: what the org has of a type, page by page of the collection, never a call for an object.
// Not the refresh of what is known (reader.h). Called by okta_provider.cc.
#pragma once

#include "okta/resources/session.h"

namespace okta::resources {

bool HasList(const ResourceSpec& spec);

// The identity of all objects that are listed: their id.
provider::api::IdentitySchema IdIdentity();

// `spec` has a list, whose schema the request's config has; `block`: of the resource.
ProviderDiagnostics ListObjects(const ResourceSpec& spec, const language::schema::Block& block,
                                const provider::api::ListRequest& request,
                                const provider::api::ListSink& sink, const Session& session);

}  // namespace okta::resources
