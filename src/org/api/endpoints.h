// The table of the Management API's endpoints. Not their handlers (*_api.cc) nor the steps around them
// (api.cc). Called by api.cc and by tests that walk it.
#pragma once

#include <span>
#include <string_view>

#include "org/api/call.h"

namespace org::api {

struct Endpoint {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/users/{id}"
  std::string_view family;   // of scopes: "users" needs okta.users.read for GET, else okta.users.manage
  Reply (*handler)(const Call& call);
};

std::span<const Endpoint> Endpoints();

}  // namespace org::api
