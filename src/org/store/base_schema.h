// The schema definitions that every org starts with: the 31 base properties of users, the two of groups.
// Not the schema documents of the API (org/api). Called when a store is made.
#pragma once

#include <boost/json/object.hpp>

namespace org::store {

// {"base": {"properties", "required"}, "custom": {"properties", "required"}}
boost::json::object UserBaseDefinitions();
boost::json::object GroupBaseDefinitions();

}  // namespace org::store
