// The System Log: events of every change, written in the same transaction as the change; read with a filter.
// Not the program's own log. Called by the files of this room when they write, by org/* when they read, and
// by org/oauth and org/api for events that are no changes (tokens, rate limits).
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

struct EventTarget {
  std::string id;
  std::string type;  // User, UserGroup, AppInstance, PublicClientApp, ...
  std::string alternate_id;
  std::string display_name;
};

struct NewEvent {
  std::string type;     // "user.lifecycle.create"
  std::string message;  // "Create okta user"
  std::vector<EventTarget> targets;
  std::string result = "SUCCESS";
  std::string reason;
  std::string severity = "INFO";
};

Change LogEvent(Store& store, const Actor& actor, const NewEvent& event);

struct EventQuery {
  PageRequest page{.after = {}, .limit = 100};  // at most 1000
  std::optional<Time> since;                    // default: seven days ago
  std::optional<Time> until;
  std::string filter;
  std::string q;  // at most ten words, each must occur
  bool descending = false;
};

// Events as the API shows them. `next` is always set, for polling, unless `until` is given or order is
// descending.
Outcome<Page<boost::json::object>> ListEvents(Store& store, const EventQuery& query);

}  // namespace org::store
