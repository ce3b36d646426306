// How many calls a set of changes will take, and how long under the org's limits as far as they are known.
// An estimate, no promise.
// Called by okta_provider.cc.
#pragma once

#include <span>

#include "okta/api/governor.h"
#include "provider/api/provider.h"

namespace okta::resources {

// `governor` null: nothing is known of the org yet.
provider::api::Forecast ForecastOf(std::span<const provider::api::PlannedChange> changes,
                                   const api::Governor* governor);

}  // namespace okta::resources
