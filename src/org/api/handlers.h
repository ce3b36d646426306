// The handlers of all endpoints, as the table names them. Each gets a call that may be made: authenticated,
// within its limits, with the scope. Path parameters are named in endpoints.cc. Called through the table
// only.
#pragma once

#include "org/api/call.h"

namespace org::api {

// users_api.cc
Reply ListUsers(const Call& call);
Reply CreateUser(const Call& call);
Reply GetUser(const Call& call);
Reply MergeUser(const Call& call);
Reply ReplaceUser(const Call& call);
Reply DeleteUser(const Call& call);
Reply ListUserGroups(const Call& call);

// lifecycle_api.cc
Reply ActivateUser(const Call& call);
Reply ReactivateUser(const Call& call);
Reply DeactivateUser(const Call& call);
Reply SuspendUser(const Call& call);
Reply UnsuspendUser(const Call& call);
Reply UnlockUser(const Call& call);
Reply ExpirePassword(const Call& call);
Reply ExpirePasswordWithTemporary(const Call& call);
Reply ResetPassword(const Call& call);
Reply ResetFactors(const Call& call);
Reply ChangePassword(const Call& call);
Reply ChangeRecoveryQuestion(const Call& call);
Reply ForgotPassword(const Call& call);
Reply EndUserSessions(const Call& call);

// groups_api.cc
Reply ListGroups(const Call& call);
Reply CreateGroup(const Call& call);
Reply GetGroup(const Call& call);
Reply ReplaceGroup(const Call& call);
Reply DeleteGroup(const Call& call);
Reply ListMembers(const Call& call);
Reply AddMember(const Call& call);
Reply RemoveMember(const Call& call);

// apps_api.cc
Reply ListApps(const Call& call);
Reply CreateApp(const Call& call);
Reply GetApp(const Call& call);
Reply ReplaceApp(const Call& call);
Reply DeleteApp(const Call& call);
Reply ActivateApp(const Call& call);
Reply DeactivateApp(const Call& call);

// app_keys_api.cc
Reply ListKeys(const Call& call);
Reply AddKey(const Call& call);
Reply GetKey(const Call& call);
Reply DeleteKey(const Call& call);
Reply ActivateKey(const Call& call);
Reply DeactivateKey(const Call& call);
Reply ListGrants(const Call& call);
Reply GrantScope(const Call& call);
Reply GetGrant(const Call& call);
Reply RevokeGrant(const Call& call);

// roles_api.cc
Reply ListUserRoles(const Call& call);
Reply AssignUserRole(const Call& call);
Reply GetUserRole(const Call& call);
Reply UnassignUserRole(const Call& call);
Reply ListGroupRoles(const Call& call);
Reply AssignGroupRole(const Call& call);
Reply GetGroupRole(const Call& call);
Reply UnassignGroupRole(const Call& call);
Reply ListClientRoles(const Call& call);
Reply AssignClientRole(const Call& call);
Reply GetClientRole(const Call& call);
Reply UnassignClientRole(const Call& call);

// schemas_api.cc
Reply ListUserTypes(const Call& call);
Reply CreateUserType(const Call& call);
Reply GetUserType(const Call& call);
Reply MergeUserType(const Call& call);
Reply ReplaceUserType(const Call& call);
Reply DeleteUserType(const Call& call);
Reply GetUserSchema(const Call& call);
Reply UpdateUserSchema(const Call& call);
Reply GetGroupSchema(const Call& call);
Reply UpdateGroupSchema(const Call& call);

// org_api.cc
Reply ListLogs(const Call& call);
Reply GetOrg(const Call& call);
Reply ListApiTokens(const Call& call);
Reply RevokeApiToken(const Call& call);

}  // namespace org::api
