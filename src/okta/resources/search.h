// Many objects of one collection looked up by a text that each of them has: some fifty to a call.
// Not the reading of known ids (reader.h). Used by data_sources and find_created.
#pragma once

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "okta/resources/session.h"

namespace okta::resources {

using ObjectList = std::vector<boost::json::object>;

// "..." as SCIM expressions have it.
std::string QuoteForSearch(std::string_view text);

// All objects of the collection whose `attribute` is one of `texts`. `parameter` is "filter" (close to the
// present) or "search" (an index that lags by seconds). The first error ends it.
std::variant<ObjectList, api::ApiError> FindByTexts(const Session& session, std::string_view collection,
                                                    std::string_view parameter, std::string_view attribute,
                                                    const std::set<std::string>& texts);

}  // namespace okta::resources
