#include "org/store/roles.h"

#include "org/store/app_rows.h"
#include "org/store/member_rows.h"
#include "org/store/user_rows.h"

namespace org::store {
namespace {

// Roles that can have targets carry a fixed id: the base32 of their type.
struct RoleType {
  std::string_view type, label, fixed_id;
};
constexpr RoleType kRoleTypes[] = {
    {"SUPER_ADMIN", "Super Administrator", ""},
    {"ORG_ADMIN", "Organization Administrator", ""},
    {"APP_ADMIN", "Application Administrator", "IFIFAX2BIRGUSTQ"},
    {"USER_ADMIN", "Group Administrator", "KVJUKUS7IFCE2SKO"},
    {"HELP_DESK_ADMIN", "Help Desk Administrator", "JBCUYUC7IRCVGS27IFCE2SKO"},
    {"READ_ONLY_ADMIN", "Read Only Administrator", ""},
    {"MOBILE_ADMIN", "Mobile Administrator", ""},
    {"API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator", ""},
    {"REPORT_ADMIN", "Report Administrator", ""},
    {"GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator", "I5JE6VKQL5GUKTKCIVJFGSCJKBPUCRCNJFHA"},
    {"ACCESS_CERTIFICATIONS_ADMIN", "Access Certifications Administrator", ""},
    {"ACCESS_REQUESTS_ADMIN", "Access Requests Administrator", ""},
    {"WORKFLOWS_ADMIN", "Workflows Administrator", ""},
};

const RoleType* FindType(std::string_view type) {
  for (const RoleType& known : kRoleTypes)
    if (known.type == type) return &known;
  return nullptr;
}

constexpr std::string_view kColumns = "id, holder, holder_id, type, created, last_updated";

RoleAssignment ReadRole(const base::sql::Statement& row) {
  RoleAssignment role;
  role.id = row.Text(0);
  role.holder = static_cast<RoleHolder>(row.Int(1));
  role.holder_id = row.Text(2);
  role.type = row.Text(3);
  role.created = FromMillis(row.Int(4));
  role.last_updated = FromMillis(row.Int(5));
  if (const RoleType* type = FindType(role.type)) role.label = type->label;
  return role;
}

// Who holds: the real id (a user may be named by login), and its part of the event.
template <typename Session>
Outcome<EventTarget> LoadHolder(Session& session, RoleHolder holder, std::string_view id) {
  switch (holder) {
    case RoleHolder::kUser: {
      ASSIGN_OR_REFUSE(UserRow user, LoadUser(session, id));
      return UserTarget(user.user);
    }
    case RoleHolder::kGroup: {
      ASSIGN_OR_REFUSE(GroupRow group, LoadGroup(session, id));
      return GroupTarget(group.group);
    }
    case RoleHolder::kClient: {
      ASSIGN_OR_REFUSE(App app, LoadApp(session, id));
      return EventTarget{app.id, "PublicClientApp", app.id, app.label};
    }
  }
  return InternalError();
}

std::string_view EventStem(RoleHolder holder) {
  switch (holder) {
    case RoleHolder::kGroup:
      return "group.privilege";
    case RoleHolder::kClient:
      return "app.oauth2.client.privilege";
    default:
      return "user.account.privilege";
  }
}

template <typename Session>
Outcome<RoleAssignment> LoadRole(Session& session, RoleHolder holder, std::string_view holder_id,
                                 std::string_view id) {
  auto row = session.Query(
      fmt::format("SELECT {} FROM roles WHERE holder = ? AND holder_id = ? AND id = ?", kColumns));
  if (row.Bind(static_cast<int>(holder)).Bind(holder_id).Bind(id).Step()) return ReadRole(row);
  return NotFound(id, "RoleAssignment");
}

}  // namespace

Outcome<std::vector<RoleAssignment>> ListRoles(Store& store, RoleHolder holder, std::string_view holder_id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(EventTarget target, LoadHolder(reading, holder, holder_id));
  std::vector<RoleAssignment> roles;
  {
    auto row = reading.Query(
        fmt::format("SELECT {} FROM roles WHERE holder = ? AND holder_id = ? ORDER BY seq", kColumns));
    row.Bind(static_cast<int>(holder)).Bind(target.id);
    while (row.Step()) roles.push_back(ReadRole(row));
  }
  return reading.Finish(std::move(roles));
}

Outcome<RoleAssignment> FindRole(Store& store, RoleHolder holder, std::string_view holder_id,
                                 std::string_view id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(EventTarget target, LoadHolder(reading, holder, holder_id));
  ASSIGN_OR_REFUSE(RoleAssignment role, LoadRole(reading, holder, target.id, id));
  return reading.Finish(std::move(role));
}

Outcome<RoleAssignment> AssignRole(Store& store, const Actor& actor, RoleHolder holder,
                                   std::string_view holder_id, std::string_view type_name) {
  const RoleType* type = FindType(type_name);
  if (!type) return ValidationFailed("type", {"type: The role type is not one of the standard roles"});
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(EventTarget target, LoadHolder(writing, holder, holder_id));
  RoleAssignment role{.id = std::string(type->fixed_id),
                      .type = std::string(type->type),
                      .label = std::string(type->label),
                      .holder = holder,
                      .holder_id = target.id,
                      .created = writing.now(),
                      .last_updated = writing.now()};
  if (role.id.empty())
    role.id = store.NewId(holder == RoleHolder::kGroup    ? "gra"
                          : holder == RoleHolder::kClient ? "cra"
                                                          : "ra1");
  writing.Query("INSERT OR IGNORE INTO roles VALUES(NULL, ?, ?, ?, ?, ?, ?)")
      .Bind(role.id)
      .Bind(static_cast<int>(holder))
      .Bind(role.holder_id)
      .Bind(role.type)
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Run();
  if (writing.changes() == 0)
    return Refusal{409,
                   "E0000090",
                   holder == RoleHolder::kGroup ? "The role specified is already assigned to the group."
                                                : "The role specified is already assigned to the user.",
                   {}};
  writing.Event({.type = fmt::format("{}.grant", EventStem(holder)),
                 .message = "Grant admin privilege",
                 .targets = {target, {role.id, "ROLE", "", role.label}}});
  return writing.Commit(std::move(role));
}

Change UnassignRole(Store& store, const Actor& actor, RoleHolder holder, std::string_view holder_id,
                    std::string_view id) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(EventTarget target, LoadHolder(writing, holder, holder_id));
  ASSIGN_OR_REFUSE(RoleAssignment role, LoadRole(writing, holder, target.id, id));
  writing.Query("DELETE FROM roles WHERE holder = ? AND holder_id = ? AND id = ?")
      .Bind(static_cast<int>(holder))
      .Bind(target.id)
      .Bind(id)
      .Run();
  writing.Event({.type = fmt::format("{}.revoke", EventStem(holder)),
                 .message = "Revoke admin privilege",
                 .targets = {target, {role.id, "ROLE", "", role.label}}});
  return writing.Commit(Done());
}

}  // namespace org::store
