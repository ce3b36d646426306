#include "org/api/handlers.h"
#include "org/api/render.h"
#include "org/store/roles.h"

namespace org::api {
namespace {

using store::RoleHolder;

Reply List(const Call& call, RoleHolder holder) {
  return ListReply(store::ListRoles(call.store, holder, call.Parameter("id")),
                   [&](const store::RoleAssignment& role) { return RenderRole(role, call.url); });
}

Reply Assign(const Call& call, RoleHolder holder, int status) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  return ObjectReply(
      store::AssignRole(call.store, call.actor, holder, call.Parameter("id"), FindText(*body, "type")),
      [&](const store::RoleAssignment& role) { return RenderRole(role, call.url); }, status);
}

Reply Get(const Call& call, RoleHolder holder) {
  return ObjectReply(store::FindRole(call.store, holder, call.Parameter("id"), call.Parameter("role")),
                     [&](const store::RoleAssignment& role) { return RenderRole(role, call.url); });
}

Reply Unassign(const Call& call, RoleHolder holder) {
  return ChangeReply(
      store::UnassignRole(call.store, call.actor, holder, call.Parameter("id"), call.Parameter("role")));
}

}  // namespace

Reply ListUserRoles(const Call& call) { return List(call, RoleHolder::kUser); }
Reply AssignUserRole(const Call& call) { return Assign(call, RoleHolder::kUser, 201); }
Reply GetUserRole(const Call& call) { return Get(call, RoleHolder::kUser); }
Reply UnassignUserRole(const Call& call) { return Unassign(call, RoleHolder::kUser); }

Reply ListGroupRoles(const Call& call) { return List(call, RoleHolder::kGroup); }
Reply AssignGroupRole(const Call& call) { return Assign(call, RoleHolder::kGroup, 200); }
Reply GetGroupRole(const Call& call) { return Get(call, RoleHolder::kGroup); }
Reply UnassignGroupRole(const Call& call) { return Unassign(call, RoleHolder::kGroup); }

Reply ListClientRoles(const Call& call) { return List(call, RoleHolder::kClient); }
Reply AssignClientRole(const Call& call) { return Assign(call, RoleHolder::kClient, 200); }
Reply GetClientRole(const Call& call) { return Get(call, RoleHolder::kClient); }
Reply UnassignClientRole(const Call& call) { return Unassign(call, RoleHolder::kClient); }

}  // namespace org::api
