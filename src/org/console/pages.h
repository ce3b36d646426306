// The pages of the console and what their forms do, one function a route (routes.cc). Each gets a signed-in
// visit whose CSRF token has been checked where the method is POST.
// Not sign-in (sign_in.h). Called through the routes only.
#pragma once

#include "org/console/visit.h"

namespace org::console {

// getting_started.cc
Response GettingStartedPage(Visit& visit);

// people.cc: the list and the form to add one
Response PeoplePage(Visit& visit);
Response NewPersonPage(Visit& visit);
Response CreatePerson(Visit& visit);

// person.cc: one profile
Response PersonPage(Visit& visit);
Response EditPersonPage(Visit& visit);
Response UpdatePerson(Visit& visit);
Response RunPersonOperation(Visit& visit);  // {operation}: "suspend", ...
Response ConfirmPersonPage(Visit& visit);   // {operation}: "deactivate" or "delete"
Response SetPersonPassword(Visit& visit);

// groups.cc: the list and the form to add one
Response GroupsPage(Visit& visit);
Response NewGroupPage(Visit& visit);
Response CreateGroup(Visit& visit);

// group.cc: one group
Response GroupPage(Visit& visit);
Response EditGroupPage(Visit& visit);
Response UpdateGroup(Visit& visit);
Response AssignPeoplePage(Visit& visit);
Response AddGroupMember(Visit& visit);
Response RemoveGroupMember(Visit& visit);
Response ConfirmDeleteGroupPage(Visit& visit);
Response DeleteGroup(Visit& visit);

// applications.cc: the list and the two steps of Create App Integration
Response ApplicationsPage(Visit& visit);
Response ChooseIntegrationPage(Visit& visit);
Response NewApplicationPage(Visit& visit);
Response CreateApplication(Visit& visit);

// application.cc: General tab
Response ApplicationPage(Visit& visit);
Response UpdateCredentials(Visit& visit);
Response EditApplicationPage(Visit& visit);
Response UpdateApplication(Visit& visit);
Response ChangeApplicationStatus(Visit& visit);  // {operation}: "activate", "deactivate"
Response ConfirmDeleteApplicationPage(Visit& visit);
Response DeleteApplication(Visit& visit);

// application_keys.cc
Response AddKeyPage(Visit& visit);
Response GenerateKey(Visit& visit);
Response AddPublicKey(Visit& visit);
Response ChangeKey(Visit& visit);  // {operation}: "activate", "deactivate", "delete"

// application_scopes.cc
Response ScopesPage(Visit& visit);
Response GrantScope(Visit& visit);
Response RevokeScope(Visit& visit);

// application_limits.cc
Response ApplicationLimitsPage(Visit& visit);
Response UpdateApplicationLimits(Visit& visit);

// system_log.cc
Response SystemLogPage(Visit& visit);

// rate_limits.cc
Response RateLimitsPage(Visit& visit);

// bootstrap_endpoint.cc: JSON for `parterre-org bootstrap`
Response BootstrapApplication(Visit& visit);

}  // namespace org::console
