// The small words that all of the store shares: time, actor, page.
// Not the objects of the org themselves (users.h, groups.h, apps.h, ...).
// Used by everything under org/.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace org::store {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-01-01T00:00:00.000Z"
std::string FormatTime(Time time);
// Reads an ISO 8601 instant ("2026-01-01T00:00:00Z", fractions and offsets allowed, or a date alone).
std::optional<Time> ParseTime(std::string_view text);

// Who makes a change, for the System Log. The console passes its administrator (type "User"), a service app
// comes as "PublicClientApp", the org itself as "SystemPrincipal".
struct Actor {
  std::string id = "unknown";
  std::string type = "SystemPrincipal";
  std::string alternate_id = "system@okta.com";
  std::string display_name = "Okta System";
  std::string ip_address;
  std::string user_agent;
  std::string request_id;
  std::string request_uri;
};

// What to list. `after` is the opaque cursor of the page before (Page::next).
struct PageRequest {
  std::string after;
  int limit = 200;
};

// `next` is empty on the last page.
template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;
};

}  // namespace org::store
