// Schemas and user types as rows. Not their rules (types_and_schemas.cc).
// Called by user_rows.cc, groups.cc, users.cc, types_and_schemas.cc.
#pragma once

#include <string>
#include <string_view>

#include "org/store/store_impl.h"
#include "org/store/types_and_schemas.h"

namespace org::store {

// By "osc..." id, or "group"; null when there is none. Valid until the schema changes or the session ends.
template <typename Session>
const Schema* CachedSchema(Session& session, std::string_view id);

// The id of the default user type.
template <typename Session>
std::string DefaultTypeId(Session& session);

}  // namespace org::store
