// What SDKv2 would plan: defaults, computed attributes, suppressed differences, replacement; and its
// validations. Pure functions; not the proposed value of the engine.
// Called by okta_provider.cc.
#pragma once

#include "okta/resources/catalog.h"
#include "okta/resources/record.h"
#include "provider/api/provider.h"

namespace okta::resources {

provider::api::PlanResponse PlanResource(const ResourceSpec& spec, const provider::api::PlanRequest& request);

// Conflicts, missing companions, malformed JSON and lengths of a resource's or data source's configuration.
// Unknown values pass.
provider::api::ProviderDiagnostics ValidateFields(std::span<const Field> fields,
                                                  std::span<const Nested> nested, const Value& config);

// A value of the field's type from the text of its default.
Value DefaultOf(const Field& field);
// Where attributes are null and have a default.
void FillDefaults(std::span<const Field> fields, Record* record);

}  // namespace okta::resources
