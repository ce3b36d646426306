// Checks a profile against a schema: known names, required ones, types, lengths, formats, enums.
// Not uniqueness, which needs the table (users.cc, groups.cc). Called by whoever stores a profile.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "org/store/outcome.h"

namespace org::store {

// `entity` names the whole in the summary when the fault is no single field's: "newUser".
// Members that are null are dropped first. Every fault found is a cause; the first names the summary's field.
std::optional<Refusal> CheckProfile(const boost::json::object& definitions, std::string_view entity,
                                    boost::json::object* profile);

// The property's own description in "base" or "custom"; null when there is none.
const boost::json::object* FindProperty(const boost::json::object& definitions, std::string_view name);

// Names of custom properties with "unique": "UNIQUE_VALIDATED".
std::vector<std::string> UniqueProperties(const boost::json::object& definitions);

// One "@" with something on both sides, no white space.
bool LooksLikeEmail(std::string_view text);

}  // namespace org::store
