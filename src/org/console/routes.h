// Which page answers which method and path. Not the pages (pages.h). Called by console.cc and by the test
// that walks all of them.
#pragma once

#include <span>
#include <string_view>

#include "org/console/visit.h"

namespace org::console {

struct Route {
  std::string_view method;
  std::string_view pattern;
  Response (*page)(Visit&);
};

// All routes of signed-in visits but /admin/sign-out.
std::span<const Route> Routes();

}  // namespace org::console
