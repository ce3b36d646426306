#include "org/store/groups.h"
#include "org/store/member_rows.h"

namespace org::store {
namespace {

constexpr int kMaxPage = 1000;

Refusal BuiltInMembers() {
  return {403, "E0000006", "You do not have permission to perform the requested action", {}};
}

void Touch(Writing& writing, int64_t group_seq) {
  writing.Query("UPDATE groups SET last_membership_updated = ? WHERE seq = ?")
      .Bind(writing.now_millis())
      .Bind(group_seq)
      .Run();
}

void Removed(Writing& writing, const Group& group, const User& user) {
  writing.Event({.type = "group.user_membership.remove",
                 .message = "Remove user from group membership",
                 .targets = {UserTarget(user), GroupTarget(group)}});
}

Outcome<Cursor> AfterOf(const PageRequest& page) {
  if (page.after.empty()) return Cursor();
  auto cursor = DecodeCursor(page.after);
  if (!cursor) return InvalidCursor();
  return *cursor;
}

}  // namespace

Change JoinGroup(Writing& writing, std::string_view group_id, const UserRow& user) {
  ASSIGN_OR_REFUSE(GroupRow group, LoadGroup(writing, group_id));
  if (group.group.type != GroupType::kOkta) return BuiltInMembers();
  if (user.user.status == UserStatus::kDeprovisioned) return WrongStatus();
  writing.Query("INSERT OR IGNORE INTO memberships VALUES(?, ?)").Bind(group.seq).Bind(user.seq).Run();
  if (writing.changes() == 0) return Done();
  Touch(writing, group.seq);
  writing.Event({.type = "group.user_membership.add",
                 .message = "Add user to group membership",
                 .targets = {UserTarget(user.user), GroupTarget(group.group)}});
  return Done();
}

Change LeaveGroup(Writing& writing, std::string_view group_id, const UserRow& user) {
  ASSIGN_OR_REFUSE(GroupRow group, LoadGroup(writing, group_id));
  if (group.group.type != GroupType::kOkta) return BuiltInMembers();
  writing.Query("DELETE FROM memberships WHERE group_seq = ? AND user_seq = ?")
      .Bind(group.seq)
      .Bind(user.seq)
      .Run();
  if (writing.changes() == 0) return Done();
  Touch(writing, group.seq);
  Removed(writing, group.group, user.user);
  return Done();
}

void LeaveAllGroups(Writing& writing, const UserRow& user) {
  std::vector<GroupRow> groups;
  {
    auto row = writing.Query(
        fmt::format("SELECT {} FROM memberships m JOIN groups g ON g.seq = m.group_seq WHERE m.user_seq = ?",
                    kGroupColumns));
    row.Bind(user.seq);
    while (row.Step()) groups.push_back(ReadGroupRow(row));
  }
  writing.Query("DELETE FROM memberships WHERE user_seq = ?").Bind(user.seq).Run();
  for (const GroupRow& group : groups) {
    Touch(writing, group.seq);
    Removed(writing, group.group, user.user);
  }
}

Change AddMember(Store& store, const Actor& actor, std::string_view group_id,
                 std::string_view user_id_or_login) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(GroupRow group, LoadGroup(writing, group_id));
  ASSIGN_OR_REFUSE(UserRow user, LoadUser(writing, user_id_or_login));
  ASSIGN_OR_REFUSE(Done done, JoinGroup(writing, group_id, user));
  return writing.Commit(done);
}

Change RemoveMember(Store& store, const Actor& actor, std::string_view group_id,
                    std::string_view user_id_or_login) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(GroupRow group, LoadGroup(writing, group_id));
  ASSIGN_OR_REFUSE(UserRow user, LoadUser(writing, user_id_or_login));
  ASSIGN_OR_REFUSE(Done done, LeaveGroup(writing, group_id, user));
  return writing.Commit(done);
}

Outcome<int> CountMembers(Store& store, std::string_view group_id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(GroupRow group, LoadGroup(reading, group_id));
  int count = 0;
  {
    auto row = reading.Query(group.group.type == GroupType::kBuiltIn
                                 ? "SELECT count(*) FROM users WHERE status <> 'DEPROVISIONED'"
                                 : "SELECT count(*) FROM memberships WHERE group_seq = ?");
    if (group.group.type != GroupType::kBuiltIn) row.Bind(group.seq);
    if (row.Step()) count = static_cast<int>(row.Int(0));
  }
  return reading.Finish(count);
}

Outcome<Page<User>> ListMembers(Store& store, std::string_view group_id, const PageRequest& request) {
  ASSIGN_OR_REFUSE(Cursor after, AfterOf(request));
  Reading reading(store);
  ASSIGN_OR_REFUSE(GroupRow group, LoadGroup(reading, group_id));
  const bool everyone = group.group.type == GroupType::kBuiltIn;
  const int limit = std::clamp(request.limit, 1, kMaxPage);
  Page<User> page;
  {
    auto row = reading.Query(
        everyone ? fmt::format("SELECT {} FROM users u WHERE u.status <> 'DEPROVISIONED' AND u.seq > ? "
                               "ORDER BY u.seq LIMIT ?",
                               kUserColumns)
                 : fmt::format("SELECT {} FROM memberships m JOIN users u ON u.seq = m.user_seq "
                               "WHERE m.group_seq = ? AND m.user_seq > ? ORDER BY m.user_seq LIMIT ?",
                               kUserColumns));
    if (!everyone) row.Bind(group.seq);
    row.Bind(after.seq).Bind(limit + 1);
    page = ReadPage<User>(row, limit, [&](Cursor& last) {
      UserRow found = ReadUserRow(row);
      last.seq = found.seq;
      return std::move(found.user);
    });
  }
  return reading.Finish(std::move(page));
}

Outcome<Page<Group>> ListGroupsOfUser(Store& store, std::string_view user_id_or_login,
                                      const PageRequest& request) {
  ASSIGN_OR_REFUSE(Cursor after, AfterOf(request));
  Reading reading(store);
  ASSIGN_OR_REFUSE(UserRow user, LoadUser(reading, user_id_or_login));
  const int limit = std::clamp(request.limit, 1, kMaxPage);
  const bool everyone = user.user.status != UserStatus::kDeprovisioned;
  Page<Group> page;
  {
    auto row = reading.Query(
        fmt::format("SELECT {0} FROM groups g WHERE g.seq > ?1 AND ((?2 AND g.type = 'BUILT_IN') OR g.seq IN "
                    "(SELECT group_seq FROM memberships WHERE user_seq = ?3)) ORDER BY g.seq LIMIT ?4",
                    kGroupColumns));
    row.Bind(after.seq).Bind(everyone).Bind(user.seq).Bind(limit + 1);
    page = ReadPage<Group>(row, limit, [&](Cursor& last) {
      GroupRow found = ReadGroupRow(row);
      last.seq = found.seq;
      return std::move(found.group);
    });
  }
  return reading.Finish(std::move(page));
}

}  // namespace org::store
