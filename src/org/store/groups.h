// Groups and their members. The built-in Everyone has every user that is not deprovisioned as a member,
// without a row of its own, and cannot be changed. Not group rules.
// Called by org/api and org/console.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "org/store/outcome.h"
#include "org/store/store.h"
#include "org/store/types.h"
#include "org/store/users.h"

namespace org::store {

enum class GroupType { kOkta, kBuiltIn, kApp };

// "OKTA_GROUP", "BUILT_IN", "APP_GROUP"
std::string_view GroupTypeName(GroupType type);

struct Group {
  std::string id;
  GroupType type = GroupType::kOkta;
  Time created;
  Time last_updated;
  Time last_membership_updated;
  boost::json::object profile;  // name, description, custom attributes

  std::string_view Attribute(std::string_view name) const;
};

Outcome<Group> CreateGroup(Store& store, const Actor& actor, const boost::json::object& profile);
Outcome<Group> FindGroup(Store& store, std::string_view id);
Outcome<Group> UpdateGroup(Store& store, const Actor& actor, std::string_view id,
                           const boost::json::object& profile);
Change DeleteGroup(Store& store, const Actor& actor, std::string_view id);

struct GroupQuery {
  PageRequest page;
  std::string q;  // prefix of the name; no paging
  std::string filter;
  std::string search;
  std::string sort_by;
  bool descending = false;
};

Outcome<Page<Group>> ListGroups(Store& store, const GroupQuery& query);

Outcome<int> CountMembers(Store& store, std::string_view group_id);
Outcome<Page<User>> ListMembers(Store& store, std::string_view group_id, const PageRequest& page);
// Both are idempotent. Refused for built-in groups.
Change AddMember(Store& store, const Actor& actor, std::string_view group_id,
                 std::string_view user_id_or_login);
Change RemoveMember(Store& store, const Actor& actor, std::string_view group_id,
                    std::string_view user_id_or_login);
// Everyone first, then by creation.
Outcome<Page<Group>> ListGroupsOfUser(Store& store, std::string_view user_id_or_login,
                                      const PageRequest& page);

}  // namespace org::store
