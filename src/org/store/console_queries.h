// What only the console asks: counts and the log's activity, each in one statement.
// Not lists (users.h, groups.h, events.h). Called by org/console.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "org/store/outcome.h"
#include "org/store/store.h"

namespace org::store {

struct ObjectCounts {
  int people = 0;  // of every status
  int groups = 0;
  int apps = 0;
};
Outcome<ObjectCounts> CountObjects(Store& store);

// Whether the user has a membership row; Everyone has none.
Outcome<bool> IsMember(Store& store, std::string_view group_id, std::string_view user_id);

// Events of the last `slots` stretches of `width`, oldest first; the last one ends now.
Outcome<std::vector<int>> CountRecentEvents(Store& store, std::chrono::milliseconds width, int slots);

}  // namespace org::store
