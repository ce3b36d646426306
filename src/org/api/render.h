// The objects of the store as the API shows them, members in Okta's order.
// Not lists and headers (call.h). Called by the *_api.cc files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "org/store/apps.h"
#include "org/store/groups.h"
#include "org/store/roles.h"
#include "org/store/types_and_schemas.h"
#include "org/store/users.h"

namespace org::api {

enum class UserForm { kFull, kInList };

// `omit` holds words of the okta-response parameter: omitCredentials, omitCredentialsLinks.
boost::json::object RenderUser(const store::User& user, const std::string& url, UserForm form,
                               std::string_view omit = {});
boost::json::object RenderGroup(const store::Group& group, const std::string& url);
// {usersCount, appsCount, groupPushMappingsCount, hasAdminPrivilege, _links}
boost::json::object RenderGroupStats(const store::Group& group, int users, bool admin,
                                     const std::string& url);
boost::json::object RenderApp(const store::App& app, const std::vector<store::AppKey>& keys,
                              const std::string& url, const std::string& org_id);
boost::json::object RenderKey(const store::AppKey& key, const std::string& url);
boost::json::object RenderGrant(const store::Grant& grant, const store::App& app, const std::string& url);
boost::json::object RenderRole(const store::RoleAssignment& role, const std::string& url);
boost::json::object RenderUserType(const store::UserType& type, const std::string& url);
boost::json::object RenderUserSchema(const store::Schema& schema, const std::string& url);
boost::json::object RenderGroupSchema(const store::Schema& schema, const std::string& url);

}  // namespace org::api
