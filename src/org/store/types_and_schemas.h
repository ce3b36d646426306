// User types, and the user and group schemas: the 31 base properties and the custom ones.
// Not the check of a profile against them (profile.h). Called by org/api and org/console.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "org/store/outcome.h"
#include "org/store/store.h"
#include "org/store/types.h"

namespace org::store {

struct UserType {
  std::string id;         // "oty..."
  std::string schema_id;  // "osc..."
  std::string name;
  std::string display_name;
  std::string description;
  bool is_default = false;
  Time created;
  Time last_updated;
  std::string created_by;
  std::string last_updated_by;
};

Outcome<std::vector<UserType>> ListUserTypes(Store& store);         // the default first
Outcome<UserType> FindUserType(Store& store, std::string_view id);  // "default" is understood
// At most nine beside the default; the name must be an identifier and new.
Outcome<UserType> CreateUserType(Store& store, const Actor& actor, std::string_view name,
                                 std::string_view display_name, std::string_view description);
// Absent members stay. The name cannot change.
Outcome<UserType> UpdateUserType(Store& store, const Actor& actor, std::string_view id,
                                 std::optional<std::string> name, std::optional<std::string> display_name,
                                 std::optional<std::string> description);
Change DeleteUserType(Store& store, const Actor& actor, std::string_view id);

// One schema: definitions are {"base": {properties, required}, "custom": {properties, required}}.
struct Schema {
  std::string id;       // "osc..."; the default user schema too
  std::string type_id;  // of user schemas; empty for the group schema
  bool is_default = false;
  Time created;
  Time last_updated;
  boost::json::object definitions;
};

// `id` is "default" or an osc id.
Outcome<Schema> FindUserSchema(Store& store, std::string_view id);
Outcome<Schema> FindGroupSchema(Store& store);
// Merges {"base": ..., "custom": ...}; a property that is null is removed, its values with it.
Outcome<Schema> UpdateUserSchema(Store& store, const Actor& actor, std::string_view id,
                                 const boost::json::object& definitions);
Outcome<Schema> UpdateGroupSchema(Store& store, const Actor& actor, const boost::json::object& definitions);

}  // namespace org::store
