// Tables of users.
// No code: what is odd about users is in user.cc.
// Included by catalog.cc only, which lists them.
#pragma once

#include "okta/resources/catalog.h"

namespace okta::resources {

extern const ResourceSpec kUserResource;
extern const DataSourceSpec kUserDataSource;
extern const DataSourceSpec kUsersDataSource;

}  // namespace okta::resources
