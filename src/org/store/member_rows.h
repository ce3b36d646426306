// Joining and leaving groups inside a transaction that is open already. Not the API's calls (groups.h).
// Called by users.cc, user_lifecycle.cc, groups.cc.
#pragma once

#include <string_view>

#include "org/store/groups.h"
#include "org/store/store_impl.h"
#include "org/store/user_rows.h"

namespace org::store {

struct GroupRow {
  int64_t seq = 0;
  Group group;
};

inline constexpr std::string_view kGroupColumns =
    "g.seq, g.id, g.type, g.profile, g.created, g.last_updated, g.last_membership_updated";
GroupRow ReadGroupRow(const base::sql::Statement& row);

template <typename Session>
Outcome<GroupRow> LoadGroup(Session& session, std::string_view id);

EventTarget GroupTarget(const Group& group);

// Idempotent. 404 for unknown groups, refused for built-in ones and for deprovisioned users.
Change JoinGroup(Writing& writing, std::string_view group_id, const UserRow& user);
Change LeaveGroup(Writing& writing, std::string_view group_id, const UserRow& user);
void LeaveAllGroups(Writing& writing, const UserRow& user);

}  // namespace org::store
