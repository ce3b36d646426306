// Tables of users. Not to be used but by catalog.cc, which lists them.
#pragma once

#include "okta/resources/catalog.h"

namespace okta::resources {

extern const ResourceSpec kUserResource;
extern const DataSourceSpec kUserDataSource;
extern const DataSourceSpec kUsersDataSource;

}  // namespace okta::resources
