// JSON texts as the provider keeps them in state: what Go's json.Marshal makes of a decoded document.
// Not for requests (Boost.JSON serialises those). Used for custom_profile_attributes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace okta::resources {

// Keys sorted, <, > and & escaped, numbers as float64 unless they are integers.
std::string GoJson(const boost::json::value& value);

std::optional<boost::json::value> ParseJsonText(std::string_view text);
// Nothing when the text is no JSON.
std::optional<std::string> NormalizeJson(std::string_view text);
// Whether both mean the same profile: members that are null count as absent; "" is no document.
bool SameJson(std::string_view a, std::string_view b);

}  // namespace okta::resources
