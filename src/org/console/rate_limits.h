// Rate-limit buckets as a table of bars. Not their counting (org/api). Called by rate_limits.cc and
// application_limits.cc.
#pragma once

#include <vector>

#include "org/console/console.h"
#include "org/console/html.h"

namespace org::console {

Html BucketTable(const std::vector<BucketUsage>& buckets);

}  // namespace org::console
