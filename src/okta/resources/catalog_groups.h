// Tables of groups and memberships.
// No code: the catalog's readers run them.
// Included by catalog.cc only, which lists them.
#pragma once

#include "okta/resources/catalog.h"

namespace okta::resources {

extern const ResourceSpec kGroupResource;
extern const ResourceSpec kGroupMembershipsResource;
extern const ResourceSpec kUserGroupMembershipsResource;
extern const DataSourceSpec kGroupDataSource;
extern const DataSourceSpec kGroupsDataSource;
extern const DataSourceSpec kEveryoneDataSource;

}  // namespace okta::resources
