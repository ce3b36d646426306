// What a schema says of changes: the proposed new value, and whether what a provider planned or made is
// allowed. Pure functions over unmarked values. Used by engine/run. Source of rules: Terraform's objchange.
#pragma once

#include <string>
#include <vector>

#include "language/schema/schema.h"
#include "language/value/value.h"

namespace language::schema {

// Prior state and configuration merged: configured values, and prior values where a computed attribute is
// unset. prior null: creation.
value::Value ProposedNew(const Block& block, const value::Value& prior, const value::Value& config);

// The planned result of a data source that is read during apply: unset computed attributes are unknown.
value::Value PlannedDataObject(const Block& block, const value::Value& config);

struct Problem {
  value::Path path;
  std::string message;  // "planned value cty.StringVal(\"x\") for a non-computed attribute"
};

// Whether the planned value keeps to the configuration.
std::vector<Problem> CheckPlanValid(const Block& block, const value::Value& prior, const value::Value& config,
                                    const value::Value& planned);
// Whether the actual value keeps to what was planned.
std::vector<Problem> CheckCompatible(const Block& block, const value::Value& planned,
                                     const value::Value& actual);
// Whether the value has exactly the wanted type (dynamic parts match anything).
std::vector<Problem> CheckConforms(value::Type want, const value::Value& value);
// Results of reads: null blocks become empty ones, as old SDKs leave them.
value::Value NormalizeLegacy(const Block& block, const value::Value& value);

}  // namespace language::schema
