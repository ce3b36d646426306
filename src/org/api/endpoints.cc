#include "org/api/endpoints.h"

#include "org/api/handlers.h"

namespace org::api {
namespace {

constexpr Endpoint kEndpoints[] = {
    {"GET", "/api/v1/users", "users", ListUsers},
    {"POST", "/api/v1/users", "users", CreateUser},
    {"GET", "/api/v1/users/{id}", "users", GetUser},
    {"POST", "/api/v1/users/{id}", "users", MergeUser},
    {"PUT", "/api/v1/users/{id}", "users", ReplaceUser},
    {"DELETE", "/api/v1/users/{id}", "users", DeleteUser},
    {"GET", "/api/v1/users/{id}/groups", "users", ListUserGroups},
    {"POST", "/api/v1/users/{id}/lifecycle/activate", "users", ActivateUser},
    {"POST", "/api/v1/users/{id}/lifecycle/reactivate", "users", ReactivateUser},
    {"POST", "/api/v1/users/{id}/lifecycle/deactivate", "users", DeactivateUser},
    {"POST", "/api/v1/users/{id}/lifecycle/suspend", "users", SuspendUser},
    {"POST", "/api/v1/users/{id}/lifecycle/unsuspend", "users", UnsuspendUser},
    {"POST", "/api/v1/users/{id}/lifecycle/unlock", "users", UnlockUser},
    {"POST", "/api/v1/users/{id}/lifecycle/expire_password", "users", ExpirePassword},
    {"POST", "/api/v1/users/{id}/lifecycle/expire_password_with_temp_password", "users",
     ExpirePasswordWithTemporary},
    {"POST", "/api/v1/users/{id}/lifecycle/reset_password", "users", ResetPassword},
    {"POST", "/api/v1/users/{id}/lifecycle/reset_factors", "users", ResetFactors},
    {"POST", "/api/v1/users/{id}/credentials/change_password", "users", ChangePassword},
    {"POST", "/api/v1/users/{id}/credentials/change_recovery_question", "users", ChangeRecoveryQuestion},
    {"POST", "/api/v1/users/{id}/credentials/forgot_password", "users", ForgotPassword},
    {"DELETE", "/api/v1/users/{id}/sessions", "users", EndUserSessions},
    {"GET", "/api/v1/users/{id}/roles", "roles", ListUserRoles},
    {"POST", "/api/v1/users/{id}/roles", "roles", AssignUserRole},
    {"GET", "/api/v1/users/{id}/roles/{role}", "roles", GetUserRole},
    {"DELETE", "/api/v1/users/{id}/roles/{role}", "roles", UnassignUserRole},

    {"GET", "/api/v1/groups", "groups", ListGroups},
    {"POST", "/api/v1/groups", "groups", CreateGroup},
    {"GET", "/api/v1/groups/{id}", "groups", GetGroup},
    {"PUT", "/api/v1/groups/{id}", "groups", ReplaceGroup},
    {"DELETE", "/api/v1/groups/{id}", "groups", DeleteGroup},
    {"GET", "/api/v1/groups/{id}/users", "groups", ListMembers},
    {"PUT", "/api/v1/groups/{id}/users/{user}", "groups", AddMember},
    {"DELETE", "/api/v1/groups/{id}/users/{user}", "groups", RemoveMember},
    {"GET", "/api/v1/groups/{id}/roles", "roles", ListGroupRoles},
    {"POST", "/api/v1/groups/{id}/roles", "roles", AssignGroupRole},
    {"GET", "/api/v1/groups/{id}/roles/{role}", "roles", GetGroupRole},
    {"DELETE", "/api/v1/groups/{id}/roles/{role}", "roles", UnassignGroupRole},

    {"GET", "/api/v1/apps", "apps", ListApps},
    {"POST", "/api/v1/apps", "apps", CreateApp},
    {"GET", "/api/v1/apps/{id}", "apps", GetApp},
    {"PUT", "/api/v1/apps/{id}", "apps", ReplaceApp},
    {"DELETE", "/api/v1/apps/{id}", "apps", DeleteApp},
    {"POST", "/api/v1/apps/{id}/lifecycle/activate", "apps", ActivateApp},
    {"POST", "/api/v1/apps/{id}/lifecycle/deactivate", "apps", DeactivateApp},
    {"GET", "/api/v1/apps/{id}/credentials/jwks", "apps", ListKeys},
    {"POST", "/api/v1/apps/{id}/credentials/jwks", "apps", AddKey},
    {"GET", "/api/v1/apps/{id}/credentials/jwks/{key}", "apps", GetKey},
    {"DELETE", "/api/v1/apps/{id}/credentials/jwks/{key}", "apps", DeleteKey},
    {"POST", "/api/v1/apps/{id}/credentials/jwks/{key}/lifecycle/activate", "apps", ActivateKey},
    {"POST", "/api/v1/apps/{id}/credentials/jwks/{key}/lifecycle/deactivate", "apps", DeactivateKey},
    {"GET", "/api/v1/apps/{id}/grants", "appGrants", ListGrants},
    {"POST", "/api/v1/apps/{id}/grants", "appGrants", GrantScope},
    {"GET", "/api/v1/apps/{id}/grants/{grant}", "appGrants", GetGrant},
    {"DELETE", "/api/v1/apps/{id}/grants/{grant}", "appGrants", RevokeGrant},
    {"GET", "/oauth2/v1/clients/{id}/roles", "roles", ListClientRoles},
    {"POST", "/oauth2/v1/clients/{id}/roles", "roles", AssignClientRole},
    {"GET", "/oauth2/v1/clients/{id}/roles/{role}", "roles", GetClientRole},
    {"DELETE", "/oauth2/v1/clients/{id}/roles/{role}", "roles", UnassignClientRole},

    {"GET", "/api/v1/meta/types/user", "userTypes", ListUserTypes},
    {"POST", "/api/v1/meta/types/user", "userTypes", CreateUserType},
    {"GET", "/api/v1/meta/types/user/{id}", "userTypes", GetUserType},
    {"POST", "/api/v1/meta/types/user/{id}", "userTypes", MergeUserType},
    {"PUT", "/api/v1/meta/types/user/{id}", "userTypes", ReplaceUserType},
    {"DELETE", "/api/v1/meta/types/user/{id}", "userTypes", DeleteUserType},
    {"GET", "/api/v1/meta/schemas/user/{id}", "schemas", GetUserSchema},
    {"POST", "/api/v1/meta/schemas/user/{id}", "schemas", UpdateUserSchema},
    {"GET", "/api/v1/meta/schemas/group/default", "schemas", GetGroupSchema},
    {"POST", "/api/v1/meta/schemas/group/default", "schemas", UpdateGroupSchema},

    {"GET", "/api/v1/logs", "logs", ListLogs},
    {"GET", "/api/v1/org", "orgs", GetOrg},
    {"GET", "/api/v1/api-tokens", "apiTokens", ListApiTokens},
    {"DELETE", "/api/v1/api-tokens/{id}", "apiTokens", RevokeApiToken},
};

}  // namespace

std::span<const Endpoint> Endpoints() { return kEndpoints; }

}  // namespace org::api
