// Apps as rows, and their part of an event. Not the rules (apps.cc, app_keys.cc, grants.cc).
// Called by those files.
#pragma once

#include <string_view>

#include "org/store/apps.h"
#include "org/store/store_impl.h"

namespace org::store {

template <typename Session>
Outcome<App> LoadApp(Session& session, std::string_view id);

EventTarget AppTarget(const App& app);

// 1 to 100, else a refusal.
std::optional<Refusal> CheckPercentage(int percentage);

}  // namespace org::store
