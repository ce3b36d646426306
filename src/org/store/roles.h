// Admin roles of users, groups and service apps: standard roles by type, without targets.
// Not custom roles and resource sets. Called by org/api, and by the access check of API calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "org/store/outcome.h"
#include "org/store/store.h"
#include "org/store/types.h"

namespace org::store {

enum class RoleHolder { kUser, kGroup, kClient };

struct RoleAssignment {
  std::string id;
  std::string type;   // "SUPER_ADMIN"
  std::string label;  // "Super Administrator"
  RoleHolder holder = RoleHolder::kUser;
  std::string holder_id;
  Time created;
  Time last_updated;
};

Outcome<std::vector<RoleAssignment>> ListRoles(Store& store, RoleHolder holder, std::string_view holder_id);
Outcome<RoleAssignment> FindRole(Store& store, RoleHolder holder, std::string_view holder_id,
                                 std::string_view id);
// E0000090 when the holder has it already; E0000001 for a type that does not exist.
Outcome<RoleAssignment> AssignRole(Store& store, const Actor& actor, RoleHolder holder,
                                   std::string_view holder_id, std::string_view type);
Change UnassignRole(Store& store, const Actor& actor, RoleHolder holder, std::string_view holder_id,
                    std::string_view id);

}  // namespace org::store
