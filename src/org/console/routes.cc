#include "org/console/routes.h"

#include "org/console/pages.h"

namespace org::console {
namespace {

Response ToGettingStarted(Visit&) { return Redirect(Url("/admin/getting-started")); }
Response ToApplications(Visit&) { return Redirect(Url("/admin/apps/active")); }

constexpr Route kRoutes[] = {
    {"GET", "/", ToGettingStarted},
    {"GET", "/admin", ToGettingStarted},
    {"GET", "/admin/dashboard", ToGettingStarted},
    {"GET", "/admin/getting-started", GettingStartedPage},

    {"GET", "/admin/users", PeoplePage},
    {"GET", "/admin/users/new", NewPersonPage},
    {"POST", "/admin/users/new", CreatePerson},
    {"GET", "/admin/user/profile/view/{id}", PersonPage},
    {"GET", "/admin/user/profile/edit/{id}", EditPersonPage},
    {"POST", "/admin/user/profile/edit/{id}", UpdatePerson},
    {"GET", "/admin/user/{id}/lifecycle/{operation}", ConfirmPersonPage},
    {"POST", "/admin/user/{id}/lifecycle/{operation}", RunPersonOperation},
    {"POST", "/admin/user/{id}/password", SetPersonPassword},

    {"GET", "/admin/groups", GroupsPage},
    {"GET", "/admin/groups/new", NewGroupPage},
    {"POST", "/admin/groups/new", CreateGroup},
    {"GET", "/admin/group/{id}", GroupPage},
    {"GET", "/admin/group/{id}/edit", EditGroupPage},
    {"POST", "/admin/group/{id}/edit", UpdateGroup},
    {"GET", "/admin/group/{id}/assign", AssignPeoplePage},
    {"POST", "/admin/group/{id}/members/add", AddGroupMember},
    {"POST", "/admin/group/{id}/members/remove", RemoveGroupMember},
    {"GET", "/admin/group/{id}/delete", ConfirmDeleteGroupPage},
    {"POST", "/admin/group/{id}/delete", DeleteGroup},

    {"GET", "/admin/apps", ToApplications},
    {"GET", "/admin/apps/active", ApplicationsPage},
    {"GET", "/admin/apps/add-app", ChooseIntegrationPage},
    {"GET", "/admin/apps/oauth2-wizard/create", NewApplicationPage},
    {"POST", "/admin/apps/oauth2-wizard/create", CreateApplication},
    {"GET", "/admin/app/{name}/instance/{id}", ApplicationPage},
    {"POST", "/admin/app/{name}/instance/{id}/credentials", UpdateCredentials},
    {"GET", "/admin/app/{name}/instance/{id}/edit", EditApplicationPage},
    {"POST", "/admin/app/{name}/instance/{id}/edit", UpdateApplication},
    {"POST", "/admin/app/{name}/instance/{id}/lifecycle/{operation}", ChangeApplicationStatus},
    {"GET", "/admin/app/{name}/instance/{id}/delete", ConfirmDeleteApplicationPage},
    {"POST", "/admin/app/{name}/instance/{id}/delete", DeleteApplication},
    {"GET", "/admin/app/{name}/instance/{id}/keys/new", AddKeyPage},
    {"POST", "/admin/app/{name}/instance/{id}/keys/new", AddPublicKey},
    {"POST", "/admin/app/{name}/instance/{id}/keys/generate", GenerateKey},
    {"POST", "/admin/app/{name}/instance/{id}/keys/{key}/{operation}", ChangeKey},
    {"GET", "/admin/app/{name}/instance/{id}/scopes", ScopesPage},
    {"POST", "/admin/app/{name}/instance/{id}/scopes/grant", GrantScope},
    {"POST", "/admin/app/{name}/instance/{id}/scopes/revoke", RevokeScope},
    {"GET", "/admin/app/{name}/instance/{id}/rate-limits", ApplicationLimitsPage},
    {"POST", "/admin/app/{name}/instance/{id}/rate-limits", UpdateApplicationLimits},

    {"GET", "/report/system_log_2", SystemLogPage},
    {"GET", "/admin/reports/rate-limits", RateLimitsPage},

    {"POST", "/admin/internal/applications", BootstrapApplication},
};

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

}  // namespace org::console
