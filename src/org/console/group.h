// The fields of a group's form. Not its pages. Called by groups.cc and group.cc.
#pragma once

#include <string_view>

#include "org/console/html.h"

namespace org::console {

Html GroupFields(std::string_view name, std::string_view description);

}  // namespace org::console
